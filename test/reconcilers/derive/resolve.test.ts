import * as assert from 'uvu/assert'
import { compile } from '../../../egress/compile.ts'
import { isLocalImage, resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { presets } from '../../../schemas/egress-presets.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('a spec with its defaults')
const resolved = (spec: Partial<BottleSpec> = {}) => resolveSpec({ agent: 'claude', ...spec }, '/base/of')

test('everything has a default but the agent', () => {
  assert.equal(resolved(), {
    agent: 'claude',
    suspend: false,
    deletionPolicy: 'Delete',
    workspace: undefined,
    env: {},
    secrets: {},
    egress: undefined,
    git: false,
    repositories: [],
    supervise: false,
    subnet: undefined,
    bundle: {
      image: undefined,
      command: undefined,
      env: {},
      mounts: [],
      memoryMiB: 256,
      cpus: undefined,
      pids: 128,
      pullPolicy: 'IfNotPresent',
      startTimeoutMs: 300_000,
      user: undefined,
      readOnlyRoot: true,
      tmpfs: [],
    },
    machine: {
      artifact: undefined,
      image: undefined,
      command: [],
      cpus: undefined,
      memoryMiB: undefined,
      storageGiB: undefined,
      updatePolicy: 'OnDelete',
    },
  })
})

const EGRESS = { presets: ['npm'], allow: [{ host: 'a', credential: { secret: 'B', header: 'X-Key' } }] }

test('what is said is kept, and paths are absolute', () => {
  const spec: BottleSpec = {
    agent: 'x',
    suspend: true,
    deletionPolicy: 'Retain',
    workspace: { path: '../w', mode: 'copy', guestPath: '/g' },
    env: { A: '1' },
    secrets: { B: { fromEnv: 'B' }, C: { fromFile: 'c' }, D: { fromFile: '/abs/../d', deliver: 'guest' } },
    egress: EGRESS,
    git: true,
    supervise: true,
    network: { subnet: '10.0.0.0/24' },
    bundle: {
      image: 'i:1',
      command: ['c'],
      env: { E: '2' },
      mounts: [
        { source: 's', target: '/s' },
        { source: '/t/', target: '/t', readOnly: false },
      ],
      resources: { memory: 1, cpus: 2, pids: 3 },
      pullPolicy: 'Never',
      startTimeout: '90s',
      user: '5:5',
      readOnlyRoot: false,
      tmpfs: ['/x'],
    },
    machine: { artifact: 'a', command: ['d'], cpus: 4, memory: 5, storage: 6, updatePolicy: 'Recreate' },
  }
  assert.equal(resolved(spec), {
    agent: 'x',
    suspend: true,
    deletionPolicy: 'Retain',
    workspace: { path: '/base/w', mode: 'copy', guestPath: '/g' },
    env: { A: '1' },
    secrets: {
      B: { fromEnv: 'B', deliver: 'proxy' },
      C: { fromFile: '/base/of/c', deliver: 'guest' },
      D: { fromFile: '/d', deliver: 'guest' },
    },
    egress: { written: EGRESS, compiled: compile(EGRESS, presets) },
    git: true,
    repositories: [],
    supervise: true,
    subnet: '10.0.0.0/24',
    bundle: {
      image: 'i:1',
      command: ['c'],
      env: { E: '2' },
      mounts: [
        { source: '/base/of/s', target: '/s', readOnly: true },
        { source: '/t', target: '/t', readOnly: false },
      ],
      memoryMiB: 1,
      cpus: 2,
      pids: 3,
      pullPolicy: 'Never',
      startTimeoutMs: 90_000,
      user: '5:5',
      readOnlyRoot: false,
      tmpfs: ['/x'],
    },
    machine: {
      artifact: '/base/of/a',
      image: undefined,
      command: ['d'],
      cpus: 4,
      memoryMiB: 5,
      storageGiB: 6,
      updatePolicy: 'Recreate',
    },
  })
})

test('a workspace needs both path and mode, and has a place in the guest', () => {
  assert.is(resolved({ workspace: { path: 'w' } as never }).workspace, undefined)
  assert.is(resolved({ workspace: { mode: 'copy' } as never }).workspace, undefined)
  assert.equal(resolved({ workspace: { path: '/w', mode: 'mount' } }).workspace, {
    path: '/w',
    mode: 'mount',
    guestPath: '/workspace',
  })
})

test('a secret has one source; a key without a value is none', () => {
  assert.equal(resolved({ secrets: { A: { fromFile: undefined, fromEnv: 'X' } as never, B: {} as never } }).secrets, {
    A: { fromEnv: 'X', deliver: 'guest' },
    B: { fromEnv: '', deliver: 'guest' },
  })
})

test('which images are files', () => {
  for (const [image, path] of [
    ['/abs/a', '/abs/a'],
    ['./a', '/base/of/a'],
    ['../a', '/base/a'],
    ['a.tar', '/base/of/a.tar'],
    ['a.tar.gz', '/base/of/a.tar.gz'],
    ['b/a.tgz', '/base/of/b/a.tgz'],
  ] as const) {
    assert.ok(isLocalImage(image), image)
    assert.is(resolved({ machine: { image } }).machine.image, path)
  }
  for (const image of [
    'a',
    'a:1',
    'a/b',
    'a.tar:1',
    'atar',
    'a.tarx',
    'a.tar.bz2',
    'atgz',
    'a.gz',
    '.a',
    '..a',
    'x./a',
    'r.io/a',
    'atar.gz',
    'a.tarxgz',
  ]) {
    assert.not(isLocalImage(image), image)
    assert.is(resolved({ machine: { image } }).machine.image, image)
  }
})

test.run()
