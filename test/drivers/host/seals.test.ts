import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { createSeals, recordProof } from '../../../drivers/host/seals.ts'
import { proofText } from '../../../drivers/seal-proof.ts'
import { sealsConformance } from '../../conformance/seals/seals.ts'
import type { SealsWorld } from '../../conformance/seals/seals.ts'
import { suite } from '../../helpers/suite.ts'
import { aProof } from '../../parts/seal-looks.ts'

const test = suite('seals on this host')
const uid = process.getuid?.() ?? 0

interface HostWorld extends SealsWorld {
  readonly folder: string
  readonly file: string
  /** How often smolvm was asked for its version. */
  asked(): number
  setEngine(version: string | undefined): void
}

const make = async (): Promise<HostWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-seals-'))
  const file = join(folder, 'state', 'proof.json')
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  let engine: string | undefined = '20.10.24'
  let asked = 0
  const install = (version: string): void => {
    writeFileSync(join(bin, 'next'), version, { mode: 0o755 })
    renameSync(join(bin, 'next'), join(bin, 'smolvm'))
  }
  install('1.32.2')
  const seals = () =>
    createSeals({
      file,
      container: { file: join(folder, 'state', 'container-proof.json'), guest: 'container, test' },
      smolvm: 'smolvm',
      env: { PATH: `${join(folder, 'nowhere')}:${bin}` },
      userId: uid,
      machineId: async () => 'machine-id',
      version: async () => {
        asked += 1
        return readFileSync(join(bin, 'smolvm'), 'utf8')
      },
      engine: () => engine,
    })
  const own = seals()
  return {
    seals: own,
    other: seals(),
    folder,
    file,
    record: async (leaks) => {
      if (leaks === undefined) return rmSync(file)
      const { installed } = await seals().look()
      await recordProof(file, aProof({ parts: installed, leaks }), createDisk())
    },
    upgrade: async (version) => install(version),
    asked: () => asked,
    setEngine: (version) => {
      engine = version
    },
    cleanup: async () => rmSync(folder, { recursive: true }),
  }
}

sealsConformance({ name: 'on this host', make })

const withWorld = (title: string, body: (world: HostWorld) => Promise<void>): void =>
  test(title, async () => {
    const world = await make()
    try {
      await body(world)
    } finally {
      await world.cleanup()
    }
  })

withWorld('the record is private, whole, and leaves nothing beside it', async ({ file, record }) => {
  await record([])
  assert.is(statSync(file).mode & 0o777, 0o600)
  assert.is(statSync(dirname(file)).mode & 0o777, 0o700)
  assert.equal(readdirSync(dirname(file)), ['proof.json'])
})

withWorld('a link in its place is replaced, and what it led to stays', async ({ folder, file, record, seals }) => {
  const precious = join(folder, 'precious')
  writeFileSync(precious, 'kept')
  mkdirSync(dirname(file), { mode: 0o700 })
  symlinkSync(precious, file)
  await record(['a'])
  assert.is(readFileSync(precious, 'utf8'), 'kept')
  assert.equal((await seals.look()).proof?.leaks, ['a'])
})

withWorld('what is no private, small, regular file of ours is refused with why', async ({ folder, file, seals }) => {
  mkdirSync(dirname(file), { mode: 0o700 })
  const put = (text: string, mode = 0o600): void => {
    rmSync(file, { recursive: true, force: true })
    writeFileSync(file, text)
    chmodSync(file, mode)
  }
  const good = proofText(aProof())
  const elsewhere = join(folder, 'elsewhere')
  writeFileSync(elsewhere, good, { mode: 0o600 })
  for (const [place, words] of [
    [() => put(good, 0o620), 'it may be written by other users'],
    [() => put(good, 0o602), 'it may be written by other users'],
    [() => put(`${good}${' '.repeat(200_000)}`), 'it is larger than'],
    [() => put('{}'), 'it is not of version 1'],
    [() => put('\u0000'), 'it is no JSON object'],
    [() => (rmSync(file), symlinkSync(elsewhere, file)), 'it is a symbolic link'],
    [() => (rmSync(file), mkdirSync(file)), "it can't be read"],
  ] as const) {
    place()
    const { proof, why } = await seals.look()
    assert.is(proof, undefined, words)
    assert.match(why ?? '', words)
    assert.match(why ?? '', 'bottled doctor --seal makes another')
  }
  rmSync(file, { recursive: true })
  linkSync(elsewhere, file)
  assert.ok((await seals.look()).proof)
})

withWorld("another user's record is refused", async ({ file, record }) => {
  await record([])
  const stranger = createSeals({
    file,
    container: { file: `${file}.box`, guest: 'container' },
    smolvm: 'smolvm',
    env: {},
    userId: uid + 1,
    machineId: async () => 'm',
    version: async () => '1',
    engine: () => undefined,
  })
  assert.match((await stranger.look()).why ?? '', `it belongs to user ${uid}`)
})

withWorld('smolvm is asked again only when its file was exchanged', async ({ seals, upgrade, record, asked }) => {
  await seals.look()
  await record([])
  const before = asked()
  for (let looks = 0; looks < 3; looks++) await seals.look()
  assert.is(asked(), before)
  await upgrade('2.0.0')
  for (let looks = 0; looks < 3; looks++) await seals.look()
  assert.is(asked(), before + 1)
})

withWorld('without smolvm, too, the same is the same object until one is there', async ({ seals, upgrade, folder }) => {
  rmSync(join(folder, 'bin', 'smolvm'))
  const look = await seals.look()
  assert.is(look.installed.smolvm, 'unknown')
  assert.is(await seals.look(), look)
  await upgrade('2.0.0')
  assert.is((await seals.look()).installed.smolvm, '2.0.0')
})

withWorld('the same version in another file is another program', async ({ seals, upgrade, folder }) => {
  const { installed } = await seals.look()
  await upgrade('1.32.2')
  assert.equal((await seals.look()).installed, installed)
  writeFileSync(join(folder, 'bin', 'smolvm'), '1.32.2 ')
  const other = (await seals.look()).installed
  assert.is.not(other.program, installed.program)
})

withWorld(
  'what is not known is no value that a proof has, and is asked again',
  async ({ seals, setEngine, folder }) => {
    setEngine(undefined)
    assert.is((await seals.look()).installed.engine, 'unknown')
    setEngine('24.0.0')
    assert.is((await seals.look()).installed.engine, '24.0.0')
    rmSync(join(folder, 'bin', 'smolvm'))
    const { smolvm, program } = (await seals.look()).installed
    assert.equal([smolvm, program], ['unknown', 'unknown'])
    assert.not(existsSync(join(folder, 'state')))
  },
)

test.run()
