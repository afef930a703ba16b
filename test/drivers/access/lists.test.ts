import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createLists } from '../../../drivers/access/lists.ts'
import type { Inode } from '../../../drivers/access/lists.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('access lists')

/** `ls` as GNU's prints it, on a folder /d with these inodes; what it was asked for. */
const scene = (marked: readonly number[]) => {
  const asked: string[] = []
  const on = { nowMs: 1_000_000, asked }
  const lists = createLists({
    now: () => on.nowMs,
    ls: async (...args) => {
      asked.push(args.join(' '))
      const path = args.at(-1) ?? ''
      if (args[0] === '-ldq')
        return [`-rw-rw-r--${marked.includes(Number(path.slice(3))) ? '+' : ''} 1 1000 1000 5 Nov 30 00:00 x`, '']
      return [
        'total 8',
        ...[1, 2, 3].map((ino) => `${ino} -rw-rw-r--${marked.includes(ino) ? '+' : ' '} 1 1000 1000 5 Nov 30 00:00 x`),
      ]
    },
  })
  const has = (ino: number, ctimeMs = 0): Promise<boolean> => lists.has(`/d/${ino}`, { ino: BigInt(ino), ctimeMs })
  return { on, lists, has, asked }
}

test('one file is asked for alone', async () => {
  const { has, asked, lists } = scene([2])
  assert.is(await has(1), false)
  assert.is(await lists.has('/d/2'), true)
  assert.equal(asked, ['-ldq -- /d/1', '-ldq -- /d/2'])
})

test('of many in a row the folder is listed once', async () => {
  const { has, asked } = scene([2])
  assert.equal([await has(1), await has(2), await has(3), await has(2)], [false, true, false, true])
  assert.equal(asked, ['-ldq -- /d/1', '-lnAiUq -- /d'])
})

test('what changed since, and what the listing lacks, is asked for alone', async () => {
  const { on, has, asked } = scene([2, 4])
  await has(1)
  await has(1)
  asked.splice(0)
  assert.is(await has(2, on.nowMs), true)
  assert.is(await has(3, on.nowMs - 50), false)
  assert.is(await has(4), true)
  assert.equal(asked, ['-ldq -- /d/2', '-ldq -- /d/3', '-ldq -- /d/4'])
})

test('a listing counts for a second, and files that come one by one have none', async () => {
  const { on, has, asked } = scene([])
  for (const ino of [1, 2, 3]) {
    await has(ino)
    on.nowMs += 1_000
  }
  assert.equal(asked, ['-ldq -- /d/1', '-ldq -- /d/2', '-ldq -- /d/3'])
  asked.splice(0)
  on.nowMs -= 999
  await has(1)
  on.nowMs += 999
  await has(2)
  on.nowMs += 1
  await has(3)
  assert.equal(asked, ['-lnAiUq -- /d', '-lnAiUq -- /d'])
})

test('a real folder is read by its inodes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-lists-'))
  try {
    const files = ['a', 'b\nc', ' d', 'é'].map((name) => join(folder, name))
    for (const file of files) writeFileSync(file, '')
    utimesSync(folder, 0, 0)
    const stats = files.map((file) => statSync(file, { bigint: true }))
    const asked: string[] = []
    const lists = createLists({
      now: () => Date.now() + 60_000,
      ls: async (...args) => {
        asked.push(String(args[0]))
        return execFileSync('/bin/ls', args, { encoding: 'utf8', env: { LC_ALL: 'C' } }).split('\n')
      },
    })
    const inode = (at: number): Inode => ({ ino: stats[at]?.ino ?? 0n, ctimeMs: Number(stats[at]?.ctimeMs) })
    for (const [at, file] of files.entries()) assert.is(await lists.has(file, inode(at)), false)
    if (process.platform === 'linux') assert.equal(asked, ['-ldq', '-lnAiUq'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
