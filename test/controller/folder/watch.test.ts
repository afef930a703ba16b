import fs from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createFolder } from '../../../controller/folder/folder.ts'
import { createClock } from '../../../controller/time/clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('watching')
const DEADLINE = { deadlineMs: 60_000 }

const withRoot = async (work: (root: string) => Promise<void>): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-watch-'))
  try {
    await work(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

let laterMs = 0
const real = createClock()
const clock = { ...real, monotonicMs: () => real.monotonicMs() + laterMs }

const folderOf = (root: string) => createFolder({ root, stateDir: join(root, '.bottled'), clock })

const until = async (met: () => boolean): Promise<void> => {
  for (const end = Date.now() + 20_000; !met(); await sleep(20)) assert.ok(Date.now() < end, 'not within 20 s')
}

test(
  'a ConfigMap volume whose ..data is flipped is looked at at once',
  () =>
    withRoot(async (root) => {
      for (const each of ['..2026_1', '..2026_2']) {
        await mkdir(join(root, each))
        await writeFile(join(root, each, 'a.yaml'), each)
      }
      await symlink('..2026_1', join(root, '..data'))
      await symlink('..data/a.yaml', join(root, 'a.yaml'))
      const folder = folderOf(root)
      await folder.sweep()
      const hints: (string | undefined)[] = []
      const watch = await folder.watch((path) => hints.push(path))
      await sleep(300)
      hints.length = 0
      await symlink('..2026_2', join(root, '..data_tmp'))
      await rename(join(root, '..data_tmp'), join(root, '..data'))
      await until(() => hints.includes(undefined))
      const read = await folder.read('a.yaml')
      assert.is(read.kind === 'text' ? read.text : read.kind, '..2026_2')
      await watch.close()
    }),
  DEADLINE,
)

test(
  'where the kernel allows no more watches, the others stay, one line says so, and what has none is swept',
  () =>
    withRoot(async (root) => {
      for (const each of ['a', 'b', 'c']) await mkdir(join(root, each))
      const real = fs.watch
      let refused = new Set(['b', 'c'])
      let tries = 0
      fs.watch = ((path: string, ...rest: unknown[]) => {
        tries += 1
        if (refused.has(basename(path))) throw Object.assign(new Error('no space'), { code: 'ENOSPC', path })
        return (real as (...all: unknown[]) => unknown)(path, ...rest)
      }) as typeof fs.watch
      syncBuiltinESMExports()
      try {
        const folder = folderOf(root)
        await folder.sweep()
        const hints: (string | undefined)[] = []
        const limits: (string | undefined)[] = []
        const watch = await folder.watch(
          (path) => hints.push(path),
          (why) => limits.push(why),
        )
        const value = (await readFile('/proc/sys/fs/inotify/max_user_watches', 'utf8')).trim()
        assert.is(limits.length, 1)
        assert.match(limits[0] ?? '', `fs.inotify.max_user_watches is ${value}: 2 folders have no watch`)
        await writeFile(join(root, 'a', 'x.yaml'), '')
        await until(() => hints.includes('a/x.yaml'))
        const before = tries
        hints.length = 0
        await until(() => hints.includes(undefined))
        await folder.sweep()
        assert.is(tries, before, 'it tries again and again')
        refused = new Set()
        laterMs = 11 * 60_000
        await folder.sweep()
        assert.equal(limits.slice(1), [undefined])
        assert.ok(tries > before)
        await watch.close()
      } finally {
        fs.watch = real
        syncBuiltinESMExports()
      }
    }),
  DEADLINE,
)

test.run()
