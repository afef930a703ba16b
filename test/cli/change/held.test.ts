import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createClient, runExecutable } from '../../helpers/client.ts'
import { entry } from '../../helpers/entry.ts'
import { steadily } from '../../helpers/steadily.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('held deletions')
const names = ['a', 'b', 'c'] as const
const text = (name: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: x}\n`

test(
  'confirm-deletes --dry-run asks the controller; without one it prints an estimate',
  async () => {
    const client = await createClient()
    for (const name of names) await client.file(`${name}.yaml`, text(name))
    const controller = spawn(
      process.execPath,
      [...entry('bottled'), 'run', client.root, '--simulate', '--deletion-grace', '200ms', '--undo', '0'],
      { stdio: 'ignore' },
    )
    const ended = new Promise<void>((resolve) => controller.on('exit', () => resolve()))
    const state = join(client.stateDir, 'simulated')
    const dryRun = () => runExecutable(['-d', client.root, 'confirm-deletes', '--dry-run'])
    const records = (): readonly string[] => names.filter((name) => existsSync(join(state, 'bottles', name)))
    const listed = names.map((name) => `bottle.bottled.dev/${name} confirmed (dry run)\n`).join('')
    try {
      for (let turn = 0; !names.every((name) => /phase: Ready/.test(client.text(`${name}.yaml`))); turn++) {
        assert.ok(turn < 300, 'they become Ready')
        await sleep(100)
      }
      assert.equal(await dryRun(), { exitCode: 0, out: '', err: 'nothing is held\n' })
      for (const name of names) steadily(() => rmSync(join(client.root, `${name}.yaml`)))
      // Asked during the grace period: the answer comes when that is over.
      assert.equal(await dryRun(), { exitCode: 0, out: listed, err: '' })
      await sleep(500)
      assert.equal(records(), names)
      assert.equal(
        readdirSync(join(state, 'requests')).filter((file) => !file.endsWith('.answer.json')),
        [],
      )
      assert.ok(readFileSync(join(state, 'events.jsonl'), 'utf8').includes('MassDeletion'))
    } finally {
      controller.kill('SIGTERM')
      await ended
    }
    // With the controller down and its events gone, the reason is still known.
    rmSync(join(state, 'events.jsonl'))
    const wide = await runExecutable(['-d', client.root, 'get', 'bottles', '-o', 'wide'])
    assert.is(wide.out.match(/ Held .* MassDeletion /g)?.length, names.length, wide.out)
    const described = await runExecutable(['-d', client.root, 'describe', 'bottle', names[0] ?? ''])
    assert.match(
      described.out,
      /^Held: .*are gone from the files; nothing is deleted until: bottlectl confirm-deletes$/m,
    )
    const alone = await dryRun()
    assert.equal([alone.exitCode, alone.out], [0, listed])
    assert.match(alone.err, /^note: no controller runs on .*: this is an estimate: /)
    assert.equal(
      readdirSync(join(state, 'requests')).filter((file) => !file.endsWith('.answer.json')),
      [],
    )
    await client.remove()
  },
  { deadlineMs: 60_000 },
)

test.run()
