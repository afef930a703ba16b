import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { loadBottles, loadNames } from '../../../cli/bottles/bottles.ts'
import { openParsedFiles } from '../../../cli/run/parsed.ts'
import { parsedKeyFile } from '../../../cli/session/user-folders.ts'
import { readerVersion } from '../../../cli/verb/version.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import { silentLogger } from '../../../controller/report/log.ts'
import { opened, sealed } from '../../../controller/parsed/sealed.ts'
import { createClock } from '../../../controller/time/clock.ts'
import { sha256Of } from '../../../drivers/content-hash.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { suite } from '../../helpers/suite.ts'

/** Whom bottlectl believes: what a controller of its own user kept of exactly the bytes that it reads. */
const test = suite('parsed files, as bottlectl reads them')
const TEXT = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: web}\nspec: {agent: claude}\n'
const PATH = 'web.yaml'

interface Place {
  readonly root: string
  readonly stateDir: string
  readonly env: Readonly<Record<string, string>>
  /** The one part that there is. */
  readonly part: string
}

/** A root with a controller's cache in which the file says something else, as nothing but a bug could write it. */
const withLie = async (work: (place: Place) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-parsed-'))
  const [root, stateDir] = [join(folder, 'root'), join(folder, 'root', '.bottled')]
  const env = { XDG_STATE_HOME: join(folder, 'home') }
  try {
    mkdirSync(stateDir, { recursive: true })
    writeFileSync(join(root, PATH), TEXT)
    const files = await openParsedFiles({ stateDir, disk: createDisk(), clock: createClock(), env, log: silentLogger })
    const parsed = parseFile({ path: PATH, text: TEXT.replace('claude', 'liar') })
    files?.swept(() => [{ path: PATH, sha256: sha256Of(TEXT), parsed }])
    await files?.stop()
    const [name] = readdirSync(join(stateDir, 'parsed'))
    await work({ root, stateDir, env, part: join(stateDir, 'parsed', name ?? '') })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const agent = async (place: Omit<Place, 'part'>): Promise<unknown> => (await loadBottles(place)).bottles[0]?.spec.agent

test('what was kept of these bytes is not parsed again', () =>
  withLie(async (place) => assert.is(await agent(place), 'liar')))

test('names come from it, too', () =>
  withLie(async (place) => {
    assert.equal(
      (await loadNames(place)).map(({ name }) => name),
      ['web'],
    )
  }))

test('a file that has changed by one byte says what it says', () =>
  withLie(async (place) => {
    writeFileSync(join(place.root, PATH), `${TEXT}\n`)
    assert.is(await agent(place), 'claude')
  }))

test('the same bytes as JSON are another file', () =>
  withLie(async (place) => {
    rmSync(join(place.root, PATH))
    writeFileSync(join(place.root, 'web.json'), TEXT)
    assert.is(await agent(place), undefined)
  }))

for (const [what, harm] of Object.entries<(place: Place) => void>({
  'of another user': ({ env }) => {
    writeFileSync(parsedKeyFile(env), `${'0'.repeat(64)}\n`, { mode: 0o600 })
  },
  'sealed with a key that others may read': ({ env }) => chmodSync(parsedKeyFile(env), 0o644),
  'without a key': ({ env }) => rmSync(parsedKeyFile(env)),
  forged: ({ part }) => writeFileSync(part, readFileSync(part, 'utf8').replace('liar', 'user')),
  torn: ({ part }) => writeFileSync(part, readFileSync(part, 'utf8').slice(0, -1)),
  lost: ({ part }) => rmSync(part),
  'of another version': ({ part, env }) => {
    const key = Buffer.from(readFileSync(parsedKeyFile(env), 'utf8').trim(), 'hex')
    const body = opened(readFileSync(part, 'utf8'), { key, version: readerVersion() })
    assert.ok(body)
    writeFileSync(part, sealed(body, { key, version: '0.0.1' }))
  },
  'a folder': ({ part }) => {
    rmSync(part)
    mkdirSync(part)
  },
}))
  test(`a part that is ${what} is not believed`, () =>
    withLie(async (place) => {
      assert.is(await agent(place), 'liar')
      harm(place)
      assert.is(await agent(place), 'claude')
    }))

test('who has no surroundings parses', () =>
  withLie(async ({ root, stateDir }) => {
    assert.is((await loadBottles({ root, stateDir })).bottles[0]?.spec.agent, 'claude')
  }))

test('a controller whose user can keep no key parses', async () => {
  const said: string[] = []
  const log = { ...silentLogger, info: (text: string) => void said.push(text) }
  const env = { XDG_STATE_HOME: '/dev/null' }
  const files = await openParsedFiles({ stateDir: '/s', disk: createDisk(), clock: createClock(), env, log })
  assert.is(files, undefined)
  assert.match(said.join('\n'), 'the next start parses all files again')
})

test.run()
