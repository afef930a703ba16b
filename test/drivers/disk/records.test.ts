import { mkdtemp, readdir, readFile, rm, stat, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createDisk } from '../../../drivers/disk/disk.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { createRecords } from '../../../drivers/disk/records.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('records')

const record = (identity: string, more: Partial<BottleRecord> = {}): BottleRecord => ({
  version: 1,
  uid: `uid-${identity}`,
  name: identity,
  identity,
  file: `${identity}.yaml`,
  generation: 1,
  specHash: 'sha256:0',
  ...more,
})

const failure = async (work: () => Promise<unknown> | unknown): Promise<unknown> => {
  try {
    await work()
  } catch (error) {
    return error
  }
  return undefined
}

const inFolder = async (body: (stateDir: string) => Promise<void>): Promise<void> => {
  const stateDir = await mkdtemp(join(tmpdir(), 'bottled-records-'))
  try {
    await body(stateDir)
  } finally {
    await rm(stateDir, { recursive: true, force: true })
  }
}

test('a written record is available to the next controller, 0600 in folders of 0700', () =>
  inFolder(async (folder) => {
    const stateDir = join(folder, 'state')
    await createRecords(stateDir).write(record('a', { subnet: '192.168.9.0/24' }))
    const again = createRecords(stateDir)
    assert.equal(await again.list(), [record('a', { subnet: '192.168.9.0/24' })])
    assert.equal(again.read('a')?.subnet, '192.168.9.0/24')
    assert.is((await stat(join(stateDir, 'bottles/a/record.json'))).mode & 0o777, 0o600)
    for (const made of ['', 'bottles', 'bottles/a']) assert.is((await stat(join(stateDir, made))).mode & 0o777, 0o700)
    assert.equal(await readdir(join(stateDir, 'bottles/a')), ['record.json'])
  }))

test('an unchanged record is not written, whatever the order of its keys', async () => {
  const disk = createMemoryDisk()
  const records = createRecords('/s', disk)
  await records.write(record('a'))
  await records.write(Object.fromEntries(Object.entries(record('a')).reverse()) as unknown as BottleRecord)
  await records.update('a', { generation: 1, everReady: undefined })
  await records.writeSmolfile('a', 'env = []\n')
  await records.writeSmolfile('a', 'env = []\n')
  assert.equal(disk.effects, ['write /s/bottles/a/record.json', 'write /s/bottles/a/smolfile.toml'])
})

test('update merges top-level keys, drops undefined ones, and requires a record', async () => {
  const records = createRecords('/s', createMemoryDisk())
  await records.write(record('a', { subnet: '192.168.9.0/24', everReady: true }))
  await records.update('a', { subnet: undefined, bundleRestarts: 2 })
  assert.equal(records.read('a'), record('a', { everReady: true, bundleRestarts: 2 }))
  assert.ok(isDriverError(await failure(() => records.update('b', { generation: 2 })), 'NotFound'))
})

test('keys of a later version survive an update', async () => {
  const files = [['/s/bottles/a/record.json', JSON.stringify({ ...record('a'), later: { x: 1 } })]] as const
  const disk = createMemoryDisk({ files })
  await createRecords('/s', disk).update('a', { generation: 2 })
  assert.equal(JSON.parse(disk.files.get('/s/bottles/a/record.json') ?? ''), {
    ...record('a', { generation: 2 }),
    later: { x: 1 },
  })
})

test('a record of an earlier version loads, with keys that are no longer used', async () => {
  const old = { ...record('a'), startedAt: '2026-01-01T00:00:00Z', deleting: { since: 'then', policy: 'Delete' } }
  const disk = createMemoryDisk({ files: [['/s/bottles/a/record.json', JSON.stringify(old)]] })
  assert.equal(await createRecords('/s', disk).list(), [old as BottleRecord])
})

test('a corrupt record is set aside under a free number and reported, the others are served', async () => {
  const disk = createMemoryDisk({
    files: [
      ['/s/bottles/a/record.json', JSON.stringify(record('a'))],
      ['/s/bottles/b/record.json', '{"version":1,"uid":'],
      ['/s/bottles/b/record.json.corrupt-1', 'earlier'],
      ['/s/bottles/c/record.json', JSON.stringify(record('a'))],
    ],
  })
  const records = createRecords('/s', disk)
  assert.equal(
    (await records.list()).map((each) => each.identity),
    ['a'],
  )
  assert.is(disk.files.get('/s/bottles/b/record.json.corrupt-2'), '{"version":1,"uid":')
  assert.equal(records.lost(), [
    { identity: 'b', path: '/s/bottles/b/record.json.corrupt-2', why: 'not a JSON object' },
    { identity: 'c', path: '/s/bottles/c/record.json.corrupt-1', why: 'another identity than its folder' },
  ])
  // The next start knows it still, until there is a record again.
  const second = createRecords('/s', disk)
  await second.list()
  assert.equal(
    second.lost().map(({ identity, why }) => [identity, why]),
    [
      ['b', 'set aside earlier'],
      ['c', 'set aside earlier'],
    ],
  )
  await second.write(record('b'))
  const third = createRecords('/s', disk)
  await third.list()
  assert.equal(
    third.lost().map(({ identity }) => identity),
    ['c'],
  )
})

test('a record of a newer version stops the load and stays unchanged', async () => {
  const text = JSON.stringify({ ...record('a'), version: 2 })
  const disk = createMemoryDisk({ files: [['/s/bottles/a/record.json', text]] })
  assert.ok(isDriverError(await failure(() => createRecords('/s', disk).list()), 'VersionUnsupported'))
  assert.equal([...disk.files], [['/s/bottles/a/record.json', text]])
})

test('no identity leads out of the folder', async () => {
  const disk = createMemoryDisk()
  const records = createRecords('/s', disk)
  for (const identity of ['../x', '..', '', 'a/b', '.removing-a', 'A']) {
    for (const call of [
      () => records.write(record(identity)),
      () => records.remove(identity),
      () => records.writeSmolfile(identity, ''),
      () => records.readMetadata(identity),
    ]) {
      assert.ok(isDriverError(await failure(call), 'InvalidRequest'), identity)
    }
  }
  assert.equal(disk.effects, [])
})

test('reading before the first list is refused, since "no record" would be false', async () => {
  assert.ok(isDriverError(await failure(() => createRecords('/s', createMemoryDisk()).read('a'))))
})

test('a removal killed at any point leaves the whole bottle or nothing', async () => {
  const base = async (disk: ReturnType<typeof createMemoryDisk>): Promise<void> => {
    const records = createRecords('/s', disk)
    await records.write(record('a'))
    await records.writeSmolfile('a', 'x')
    await records.remove('a')
  }
  const calm = createMemoryDisk()
  await base(calm)
  assert.equal([...calm.files], [])
  for (let k = 0; k < calm.effects.length; k += 1) {
    let seen = 0
    const disk = createMemoryDisk({
      effect: (moment) => {
        if (moment === 'after' && seen++ === k) throw new Error('killed')
      },
    })
    assert.match(String(await failure(() => base(disk))), /killed/)
    const again = createRecords('/s', createMemoryDisk({ files: disk.files }))
    const left = await again.list()
    assert.ok(left.length === 0 || (left.length === 1 && k < 2), `after effect ${k}`)
    if (k >= 2) assert.not(disk.files.has('/s/bottles/a/smolfile.toml'))
  }
})

test('a failed write is retried even with the same content', async () => {
  let broken = false
  const disk = createMemoryDisk({
    effect: (moment) => {
      if (broken && moment === 'after') throw new Error('reply lost')
    },
  })
  const records = createRecords('/s', disk)
  await records.write(record('a'))
  broken = true
  await failure(() => records.write(record('a', { generation: 2 })))
  assert.is(records.read('a')?.generation, 1)
  broken = false
  await records.write(record('a'))
  assert.is(JSON.parse(disk.files.get('/s/bottles/a/record.json') ?? '').generation, 1)
})

test('what a disk lost or has otherwise is written again from memory, and nothing of a removed bottle', async () => {
  const disk = createMemoryDisk()
  const records = createRecords('/s', disk)
  const metadata = { identity: 'a', agent_name: 'x', cwd: '', copy_cwd: false, started_at: 'then' } as const
  for (const identity of ['a', 'b', 'c']) await records.write(record(identity))
  await records.writeMetadata({ ...metadata, compose_project: '', backend: 'smolmachines' })
  await records.remove('c')
  const before = new Map(disk.files)
  const effects = disk.effects.length
  assert.is(await records.restore(), 0)
  assert.is(disk.effects.length, effects)
  disk.files.clear()
  disk.files.set('/s/bottles/b/record.json', 'torn')
  assert.is(await records.restore(), 2)
  assert.equal(new Map([...disk.files].toSorted()), new Map([...before].toSorted()))
  // A pass may come first.
  disk.files.clear()
  assert.is((await records.readMetadata('a'))?.started_at, 'then')
  assert.ok(disk.files.has('/s/bottles/a/metadata.json'))
})

test('metadata is read again only where its file has another stamp', async () => {
  const disk = createMemoryDisk()
  const reads: string[] = []
  const records = createRecords('/s', {
    ...disk,
    read: (path) => {
      reads.push(path)
      return disk.read(path)
    },
  })
  await records.list()
  const path = '/s/bottles/a/metadata.json'
  const metadata = {
    identity: 'a',
    agent_name: 'x',
    cwd: '',
    copy_cwd: false,
    started_at: 'then',
    compose_project: '',
    backend: 'smolmachines',
  } as const
  await records.writeMetadata(metadata)
  assert.equal(await records.readMetadata('a'), metadata)
  reads.length = 0
  assert.equal(await records.readMetadata('a'), metadata)
  assert.equal(reads, [])
  disk.files.set(path, JSON.stringify({ ...metadata, agent_name: 'another' }))
  assert.is((await records.readMetadata('a'))?.agent_name, 'another')
  assert.equal(reads, [path])
  await records.writeMetadata(metadata)
  assert.equal(await records.readMetadata('a'), metadata)
})

test('metadata is read back as written, and absent metadata is undefined', async () => {
  const records = createRecords('/s', createMemoryDisk())
  const metadata = {
    identity: 'a',
    agent_name: 'claude',
    cwd: '',
    copy_cwd: false,
    started_at: '2026-01-01T00:00:00Z',
    compose_project: '',
    backend: 'smolmachines',
  } as const
  assert.is(await records.readMetadata('a'), undefined)
  await records.writeMetadata(metadata)
  assert.equal(await records.readMetadata('a'), metadata)
})

test('temporary files of a crash are swept, a stranger in the folder is not', () =>
  inFolder(async (stateDir) => {
    const folder = join(stateDir, 'bottles/a')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'record.json'), JSON.stringify(record('a')))
    await writeFile(join(folder, '.record.json.1-1.tmp'), 'half')
    await writeFile(join(folder, 'notes'), 'mine')
    await createRecords(stateDir).list()
    assert.equal((await readdir(folder)).sort(), ['notes', 'record.json'])
    assert.is(await readFile(join(folder, 'notes'), 'utf8'), 'mine')
  }))

test('a disk refuses files that are not regular or too large, and names them', () =>
  inFolder(async (folder) => {
    const disk = createDisk()
    await disk.writeDurable(join(folder, 'big'), 'x'.repeat(100))
    assert.match(String(await failure(() => disk.read(join(folder, 'big'), 10))), /larger than 10 bytes/)
    assert.match(String(await failure(() => disk.read(folder))), /cannot read .*not a regular file/)
    assert.is(await disk.append(join(folder, 'gone/file'), 'x'), false)
    assert.is(await disk.read(join(folder, 'absent')), undefined)
    assert.equal(await disk.list(join(folder, 'absent')), [])
  }))

test.run()
