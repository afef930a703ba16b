import * as assert from 'uvu/assert'
import { DriverError } from '../../../drivers/errors.ts'
import type { Paths } from '../../../drivers/paths.ts'
import { lookAtDeclared, lookAtOthers, lookAtOwn, lookAtUses } from '../../../reconcilers/taint/look.ts'
import { aPlace } from '../../parts/a-taint.ts'
import { use } from '../../parts/uses.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('looking at paths')

const looked: string[] = []
const pathsWith = (change: Partial<Paths>): Paths => ({
  look: async (path) => {
    looked.push(path)
    return aPlace(path)
  },
  lookAll: async (paths) => {
    looked.push(...paths)
    return paths.map((path) => aPlace(path))
  },
  mountPoints: async () => [],
  mountsOf: async () => undefined,
  gitFolders: async () => [],
  knownRoots: async () => [],
  ...change,
})
const failing = (code: 'SourceUnavailable' | 'Aborted'): Paths => {
  const error = new DriverError({ code, operation: 'look', detail: 'no' })
  return pathsWith({
    look: () => Promise.reject(error),
    lookAll: (paths) => (code === 'Aborted' ? Promise.reject(error) : Promise.resolve(paths.map(() => error))),
  })
}
const reason = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof DriverError ? error.code : error),
  )

test('what is mounted strictly below is looked at, too', async () => {
  looked.length = 0
  const paths = pathsWith({ mountPoints: async () => ['/', '/w', '/w/m', '/w/m/n', '/wx'] })
  const [seen] = await lookAtUses([use('mount', '/w')], paths)
  assert.equal(
    seen?.mounts.map(({ canonical }) => canonical),
    ['/w/m', '/w/m/n'],
  )
  assert.equal(looked, ['/w', '/w/m', '/w/m/n'])
})

test('many bottles are looked at by two questions; one that hangs keeps no other from being known', async () => {
  const asked: (readonly string[])[] = []
  const lookAll: Paths['lookAll'] = async (paths) => {
    asked.push(paths)
    if (paths.includes('/hung')) throw new DriverError({ code: 'Timeout', operation: 'look', detail: 'no' })
    return paths.map((path) => aPlace(path))
  }
  const paths = pathsWith({ lookAll, mountPoints: async () => ['/a/m'] })
  const seen = await lookAtDeclared([[use('mount', '/a')], [], [use('mount', '/a'), use('mount', '/b')]], paths)
  assert.equal(
    seen.map((uses) => uses.map(({ place, mounts }) => [place.canonical, mounts.length])),
    [
      [['/a', 1]],
      [],
      [
        ['/a', 1],
        ['/b', 0],
      ],
    ],
  )
  assert.equal(asked, [['/a', '/b'], ['/a/m']])
  const held = await lookAtDeclared([[use('mount', '/hung')], [use('mount', '/b')]], paths)
  assert.equal(
    held.flat().map(({ place }) => [place.canonical, place.kind]),
    [
      ['/hung', 'missing'],
      ['/b', 'folder'],
    ],
  )
})

test('without paths nothing is asked', async () => {
  const paths = pathsWith({ mountPoints: () => Promise.reject(new Error('asked')) })
  assert.equal(await lookAtUses([], paths), [])
  assert.equal(await lookAtDeclared([[], []], paths), [[], []])
})

test('what can’t be looked at: an error for a start, the path as written for what is only known', async () => {
  const [used, own] = [[use('mount', '/w')], [{ what: 'the root', path: '/r', kind: 'root' as const }]]
  assert.is(await reason(lookAtUses(used, failing('SourceUnavailable'))), 'SourceUnavailable')
  const [[declared] = []] = await lookAtDeclared([used], failing('SourceUnavailable'))
  assert.equal([declared?.place.canonical, declared?.place.kind, declared?.mounts], ['/w', 'missing', []])
  const [ours] = await lookAtOwn(own, failing('SourceUnavailable'))
  assert.equal([ours?.what, ours?.place.canonical, ours?.place.kind], ['the root', '/r', 'missing'])
})

test('another root is where it is said to be as well, one that doesn’t answer holds no other up', async () => {
  const paths = pathsWith({
    look: (path) =>
      path === '/dead'
        ? Promise.reject(new DriverError({ code: 'Timeout', operation: 'look', detail: 'no' }))
        : Promise.resolve(aPlace(path)),
  })
  const others = ['/dead', '/r'].map((path) => ({ what: 'another root', path, kind: 'root' as const }))
  const found = await lookAtOthers(others, paths)
  assert.equal(
    found.map(({ place }) => [place.canonical, place.kind]),
    [
      ['/dead', 'missing'],
      ['/r', 'folder'],
    ],
  )
})

test('where our own folders don’t answer at all, nothing is judged', async () => {
  const silent = pathsWith({
    lookAll: () => Promise.reject(new DriverError({ code: 'Timeout', operation: 'look', detail: 'no' })),
  })
  assert.is(await reason(lookAtOwn([{ what: '', path: '/r', kind: 'root' }], silent)), 'Timeout')
})

test('an abort is no doubt', async () => {
  assert.is(await reason(lookAtDeclared([[use('mount', '/w')]], failing('Aborted'))), 'Aborted')
  assert.is(await reason(lookAtOwn([{ what: '', path: '/r', kind: 'root' }], failing('Aborted'))), 'Aborted')
})

test.run()
