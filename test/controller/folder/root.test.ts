import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createFeed } from '../../../controller/feed/feed.ts'
import { createStore } from '../../../controller/feed/store.ts'
import { createFolder } from '../../../controller/folder/folder.ts'
import { createClock } from '../../../controller/time/clock.ts'
import { suite } from '../../helpers/suite.ts'

/** What stands at the root's path is not always the root; names in it are not always text. */
const test = suite('the root and the names in it')

const bottle = (name: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}\nspec: {agent: claude}\n`

interface Place {
  readonly parent: string
  readonly root: string
  readonly sweep: () => Promise<boolean>
  readonly hint: (path: string) => Promise<void>
  readonly names: () => readonly string[]
  readonly problems: readonly (string | undefined)[]
  readonly store: ReturnType<typeof createStore>
  readonly folder: ReturnType<typeof createFolder>
}

/** A root with bottle/one in a.yaml, read once; `path` is the root's own path below the parent. */
const withRoot = async (work: (place: Place) => Promise<void>, path = 'root'): Promise<void> => {
  const parent = await mkdtemp(join(tmpdir(), 'bottle-t-root-'))
  const root = join(parent, path)
  await mkdir(join(parent, 'root'))
  if (path !== 'root') await symlink('root', root)
  await writeFile(join(root, 'a.yaml'), bottle('one'))
  const clock = createClock()
  const folder = createFolder({ root, stateDir: join(root, '.bottled'), clock })
  const store = createStore()
  const problems: (string | undefined)[] = []
  const feed = createFeed({
    folder,
    store,
    clock,
    onNames: async () => {},
    onProblem: (why) => void problems.push(why),
    isKnown: () => false,
    stopping: new AbortController().signal,
    isEmpty: () => [...store.names()].length === 0,
  })
  assert.is(await feed.sweep(), true)
  const watch = await folder.watch(() => {})
  try {
    await work({
      parent,
      root,
      folder,
      store,
      problems,
      sweep: feed.sweep,
      hint: (file) => feed.reread([file]),
      names: () => [...store.names()].toSorted(),
    })
  } finally {
    await watch.close()
    await rm(parent, { recursive: true, force: true })
  }
}

/** Nothing is concluded from what stands there, and nothing is written. */
const assertUnknown = async ({ root, folder, sweep, hint, names, problems }: Place): Promise<void> => {
  assert.is(await sweep(), false)
  assert.match(problems.at(-1) ?? '', new RegExp(`${root} is (missing|not the folder that it was)`))
  await hint('a.yaml')
  assert.equal(names(), ['one'])
  assert.is((await folder.rewrite('a.yaml', (text) => `${text}status: {}\n`)).kind, 'unwritable')
}

test('a removed root is unknown, and so is an empty recreated one', () =>
  withRoot(async (place) => {
    await rm(place.root, { recursive: true })
    await assertUnknown(place)
    await mkdir(place.root)
    await assertUnknown(place)
  }))

test('a root that was moved away is unknown until it is back', () =>
  withRoot(async (place) => {
    const { root, parent, sweep, names, problems } = place
    await rename(root, join(parent, 'elsewhere'))
    await assertUnknown(place)
    await mkdir(root)
    await writeFile(join(root, 'b.yaml'), bottle('two'))
    await assertUnknown(place)
    await rm(root, { recursive: true })
    await rename(join(parent, 'elsewhere'), root)
    assert.is(await sweep(), true)
    assert.is(problems.at(-1), undefined)
    assert.equal(names(), ['one'])
  }))

test('a root that comes back is known by when it was made, though every file in it was written anew', () =>
  withRoot(async ({ root, parent, sweep, names }) => {
    await rename(root, join(parent, 'away'))
    assert.is(await sweep(), false)
    await writeFile(join(parent, 'away', 'new'), bottle('one'))
    await rename(join(parent, 'away', 'new'), join(parent, 'away', 'a.yaml'))
    await rename(join(parent, 'away'), root)
    assert.is(await sweep(), true)
    assert.equal(names(), ['one'])
  }))

test('another folder in its place is followed once a person accepts it', () =>
  withRoot(async (place) => {
    const { root, folder, sweep, names } = place
    assert.is(await folder.accept(), false)
    await rename(root, `${root}-old`)
    await mkdir(root)
    await writeFile(join(root, 'b.yaml'), bottle('two'))
    await assertUnknown(place)
    assert.is(await folder.accept(), true)
    assert.is(await sweep(), true)
    assert.equal(names(), ['two'])
  }))

test('a folder that is mounted late, over an empty one, is followed', () =>
  withRoot(async ({ root, sweep, names }) => {
    await rm(join(root, 'a.yaml'))
    assert.is(await sweep(), true)
    assert.equal(names(), [])
    await mkdir(`${root}-mounted`)
    await writeFile(join(`${root}-mounted`, 'b.yaml'), bottle('two'))
    await rename(root, `${root}-under`)
    await rename(`${root}-mounted`, root)
    assert.is(await sweep(), true)
    assert.equal(names(), ['two'])
  }))

test('a root behind a link is followed when the link is turned, not when its folder is replaced', () =>
  withRoot(async (place) => {
    const { root, parent, sweep, names } = place
    await mkdir(join(parent, 'next'))
    await writeFile(join(parent, 'next', 'a.yaml'), bottle('one'))
    await writeFile(join(parent, 'next', 'b.yaml'), bottle('two'))
    await symlink('next', join(parent, 'turned'))
    await rename(join(parent, 'turned'), root)
    assert.is(await sweep(), true)
    assert.equal(names(), ['one', 'two'])
    await rename(join(parent, 'next'), join(parent, 'gone'))
    assert.is(await sweep(), false)
    await mkdir(join(parent, 'next'))
    assert.is(await sweep(), false)
    assert.equal(names(), ['one', 'two'])
    await rm(join(parent, 'next'), { recursive: true })
    await rename(join(parent, 'gone'), join(parent, 'next'))
    assert.is(await sweep(), true)
  }, 'current'))

test('a link that is turned to a folder without any file leads nowhere, until a person accepts it or it is turned back', () =>
  withRoot(async (place) => {
    const { root, parent, folder, sweep, names, problems } = place
    const turn = async (to: string): Promise<void> => {
      await symlink(to, join(parent, 'turned'))
      await rename(join(parent, 'turned'), root)
    }
    await mkdir(join(parent, 'empty'))
    await turn('empty')
    assert.is(await sweep(), false)
    assert.match(problems.at(-1) ?? '', /current leads to .*\/empty now, where no file is; nothing is deleted/)
    assert.is(await sweep(), false)
    await turn('root')
    assert.is(await sweep(), true)
    assert.equal(names(), ['one'])
    await turn('empty')
    assert.is(await sweep(), false)
    assert.is(await folder.accept(), true)
    assert.is(await sweep(), true)
    assert.equal(names(), [])
  }, 'current'))

const latin = (text: string): Buffer => Buffer.from(text, 'latin1')

test('a file whose name is not UTF-8 is unreadable, and hides the bottles that it names', () =>
  withRoot(async ({ root, sweep, names, store }) => {
    await rename(join(root, 'a.yaml'), latin(`${root}/caf\xe9.yaml`))
    assert.is(await sweep(), true)
    assert.equal(names(), [])
    const [unclear] = store.unclear()
    assert.is(unclear?.path, 'caf\\xE9.yaml')
    assert.match(unclear?.why ?? '', /^caf\\xE9\.yaml: its name is not UTF-8: rename it/)
    assert.is(unclear?.mentions('one'), true)
    assert.is(unclear?.mentions('two'), false)
    await rename(latin(`${root}/caf\xe9.yaml`), join(root, 'café.yaml'))
    assert.is(await sweep(), true)
    assert.equal(names(), ['one'])
    assert.equal(store.unclear(), [])
  }))

test('a folder whose name is not UTF-8 hides the bottles that are named below it', () =>
  withRoot(async ({ root, sweep, store }) => {
    await mkdir(join(root, 'sub', 'deep'), { recursive: true })
    await writeFile(join(root, 'sub', 'deep', 'b.yaml'), bottle('two'))
    await writeFile(join(root, 'caf\uFFFD.yaml'), bottle('three'))
    assert.is(await sweep(), true)
    await rename(join(root, 'sub'), latin(`${root}/s\xfcb`))
    assert.is(await sweep(), true)
    assert.equal([...store.names()].toSorted(), ['one', 'three'])
    assert.equal(
      store.unclear().map(({ path, mentions }) => [path, mentions('two'), mentions('one')]),
      [['s\\xFCb/deep/b.yaml', true, false]],
    )
  }))

test.run()
