import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { cli } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('lost record')

const once = (root: string): Promise<number> =>
  new Promise((resolve) => {
    const [file = '', ...args] = cli('bottled', 'run', root, '--simulate', '--once', '--deletion-grace', '0')
    execFile(file, args, (error) => resolve(error === null ? 0 : Number(error.code ?? 1)))
  })

test(
  'a record that is torn is reported as its bottle’s event, and costs no VM, with its document or without',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'bottle-t-lost-'))
    const state = join(root, '.bottled/simulated')
    const machines = async (): Promise<unknown> => {
      const world = JSON.parse(await readFile(join(state, 'world.json'), 'utf8')) as {
        readonly machines: Readonly<Record<string, { readonly labels: unknown }>>
      }
      return Object.entries(world.machines).map(([name, { labels }]) => [name, labels])
    }
    try {
      const write = (name: string, more = ''): Promise<void> =>
        writeFile(
          join(root, `${name}.yaml`),
          `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude${more}}\n`,
        )
      await write('stays')
      await write('kept', ', deletionPolicy: Retain')
      assert.is(await once(root), 0)
      await rm(join(root, 'kept.yaml'))
      assert.is(await once(root), 0)
      const before = await machines()
      for (const name of ['stays', 'kept'])
        await writeFile(join(state, `bottles/${name}/record.json`), '{"version": 1, "uid": "')
      // Twice: what was lost stays lost.
      for (const _ of [1, 2]) {
        assert.is(await once(root), 0)
        assert.equal(await machines(), before)
      }
      const events = (name: string): Promise<string> => readFile(join(state, `bottles/${name}/events.jsonl`), 'utf8')
      assert.match(
        await events('stays'),
        /"Warning","reason":"RecordLost","message":"its record could not be read \(not a JSON object\) and is kept as [^"]*bottles\/stays\/record\.json\.corrupt-1; .*subnet.*adopted by its labels","object":"bottle\/stays"/,
      )
      assert.match(await events('kept'), /RecordLost.*--purge removes it","object":"bottle\/kept"/)
      assert.is(await readFile(join(state, 'bottles/kept/record.json.corrupt-1'), 'utf8'), '{"version": 1, "uid": "')
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  },
  { deadlineMs: 90_000 },
)

test('that a disk went with a deletion stands in the events', async () => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-disk-'))
  try {
    const file = join(root, 'a.yaml')
    await writeFile(
      file,
      'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec: {agent: claude}\n',
    )
    assert.is(await once(root), 0)
    await rm(file)
    assert.is(await once(root), 0)
    assert.match(
      await readFile(join(root, '.bottled/simulated/events.jsonl'), 'utf8'),
      /"reason":"Removed","message":"remove machine\/bottle-a: the bottle is deleted; its disk goes with it"/,
    )
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

test.run()
