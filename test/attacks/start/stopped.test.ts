import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { endedWithin } from '../../e2e/ended-within.ts'
import type { Ended } from '../../e2e/controller-process.ts'
import { dockerMissing } from '../../helpers/docker.ts'
import { entry } from '../../helpers/entry.ts'
import { attacks } from '../attack.ts'

/** A start that takes for ever, and is told to stop. */
const attack = attacks('start/stopped')
const END_MS = 30_000
const DEADLINE_MS = 100_000

/** Each takes a good part of a second or more, and is refused then. */
const SLOW_FILES = 400

interface Start {
  readonly way: string
  readonly not?: string | undefined
  /** Makes what takes long, and returns the flags. */
  readonly make: (root: string, beside: string) => readonly string[]
  /** When it is told to stop. */
  readonly isBusy: (root: string, beside: string) => boolean
}

const STARTS: readonly Start[] = [
  {
    way: `${SLOW_FILES} files that are as large as they may be, and slow to parse`,
    make: (root) => {
      for (let n = 0; n < SLOW_FILES; n += 1) writeFileSync(join(root, `slow-${n}.yaml`), '- '.repeat(130_000))
      return ['--simulate']
    },
    isBusy: (root) => existsSync(join(root, '.bottled', 'simulated', 'owner')),
  },
  {
    way: 'a smolvm that never answers and takes no SIGTERM',
    not: dockerMissing(),
    make: (_, beside) => {
      const script =
        '#!/bin/sh\ntrap "" TERM INT HUP\n: >"$(dirname "$0")/called"\nwhile [ -e "$0" ]; do sleep 1; done\n'
      writeFileSync(join(beside, 'smolvm'), script, { mode: 0o755 })
      return ['--smolvm', join(beside, 'smolvm')]
    },
    isBusy: (_, beside) => existsSync(join(beside, 'called')),
  },
]

for (const { way, not, make, isBusy } of STARTS) {
  const row = {
    party: 'author',
    aim: "can't be stopped",
    way: `while it starts: ${way}`,
    seen: 'SIGTERM ends the controller in order, before the alarm that ends it at any rate',
    enforcedBy: 'controller',
  } as const
  if (not !== undefined) {
    attack.skip(row, not)
    continue
  }
  attack(
    row,
    async () => {
      const [root, beside] = [
        mkdtempSync(join(tmpdir(), 'bottle-t-stop-')),
        mkdtempSync(join(tmpdir(), 'bottle-t-stop-')),
      ]
      const flags = make(root, beside)
      const child = spawn(process.execPath, [...entry('bottled'), 'run', root, ...flags], {
        env: { ...process.env, HOME: beside },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      try {
        let stderr = ''
        child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
        const ended = new Promise<Ended>((resolve) =>
          child.on('close', (code, signal) => resolve({ code, signal, stdout: '', stderr })),
        )
        for (let n = 0; n < 1_200 && !isBusy(root, beside); n += 1) await sleep(50)
        assert.ok(isBusy(root, beside), stderr)
        child.kill('SIGTERM')
        const { code } = await endedWithin({ ended }, END_MS)
        assert.is(code, 0, stderr)
        assert.not.match(stderr, /not everything has stopped in time/)
      } finally {
        child.kill('SIGKILL')
        for (const folder of [root, beside]) rmSync(folder, { recursive: true, force: true })
      }
    },
    { deadlineMs: DEADLINE_MS },
  )
}

attack.run()
