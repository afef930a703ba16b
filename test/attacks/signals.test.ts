import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { Ended } from '../e2e/controller-process.ts'
import { createHangingFolder, noHangingFolder } from '../files/hanging-folder.ts'
import { entry } from '../helpers/entry.ts'
import { attacks } from './attack.ts'
import { endedWithin } from '../e2e/ended-within.ts'

/** What hangs is the controller itself: the threads on which it reads files. */
const attack = attacks('signals')

const END_MS = 30_000
const AT_ONCE_MS = 5_000
const DEADLINE_MS = 100_000
const noHanging = noHangingFolder()

const withRoot = async (body: (root: string) => Promise<void>): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'bottle-t-stalls-'))
  const hangs = createHangingFolder()
  try {
    mkdirSync(join(root, 'team'))
    execFileSync('mount', ['--bind', hangs.path, join(root, 'team')])
    await body(root)
  } finally {
    execFileSync('umount', ['-l', join(root, 'team')])
    hangs.remove()
    rmSync(root, { recursive: true, force: true })
  }
}

for (const [when, seen, signals, withinMs] of [
  ['', 'SIGTERM ends the controller within 30 s', 1, END_MS],
  [', also while it stops', 'a second SIGTERM ends it at once', 2, AT_ONCE_MS],
] as const) {
  const row = {
    party: 'author',
    aim: "can't be stopped",
    way: `a folder of the root on a file system that never answers: the threads that read files hang${when}`,
    seen,
    enforcedBy: 'controller',
  } as const
  if (noHanging !== undefined) attack.skip(row, noHanging)
  else
    attack(
      row,
      () =>
        withRoot(async (root) => {
          const child = spawn(process.execPath, [...entry('bottled'), 'run', root, '--simulate'], {
            stdio: ['ignore', 'ignore', 'pipe'],
          })
          let stderr = ''
          child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
          const ended = new Promise<Ended>((resolve) =>
            child.on('close', (code, signal) => resolve({ code, signal, stdout: '', stderr })),
          )
          // It may hang before it has a state folder: it must end all the same.
          for (let n = 0; n < 200 && !readdirSync(root).includes('.bottled'); n++) await sleep(50)
          await sleep(2_000)
          for (let sent = 0; sent < signals; sent += 1) {
            child.kill('SIGTERM')
            await sleep(300)
          }
          try {
            const { code, signal } = await endedWithin({ ended }, withinMs)
            assert.ok(code === 0 || signal === 'SIGTERM', stderr)
          } finally {
            child.kill('SIGKILL')
          }
        }),
      { deadlineMs: DEADLINE_MS },
    )
}

attack.run()
