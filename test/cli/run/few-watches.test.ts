import { spawn, spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { entry } from '../../helpers/entry.ts'
import { bottle, until, withPlace } from '../../helpers/simulated-run.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('a kernel that allows few watches')

const LIMIT = '/proc/sys/user/max_inotify_watches'
const canLimit =
  process.platform === 'linux' && spawnSync('unshare', ['-U', '-r', 'sh', '-c', `echo 10 > ${LIMIT}`]).status === 0

/** In a user namespace the limit is its own: nobody else has fewer. A line on stdin lifts it. */
const SCRIPT = `echo 10 > ${LIMIT}; "$@" & read -r line; echo 100000 > ${LIMIT}; read -r line; kill $!; wait`
const FOLDERS = 16

const TITLE = 'folders beyond it are followed all the same, the limit is named with its command, and lifting it is seen'

const follows = (): Promise<void> =>
  withPlace(false, async ({ root, state }) => {
    for (let n = 0; n < FOLDERS; n += 1) {
      await mkdir(join(root, `f${n}`))
      await writeFile(join(root, `f${n}`, 'a.yaml'), bottle(`b${n}`))
    }
    const argv = ['run', root, '--simulate', '--state-dir', state, '--log-format', 'text']
    const command = ['-U', '-r', 'sh', '-c', SCRIPT, 'sh', process.execPath, ...entry('bottled'), ...argv]
    const child = spawn('unshare', command, { stdio: ['pipe', 'ignore', 'pipe'] })
    let log = ''
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
    try {
      await until('the limit is named', () => log.includes('WatchLimit'))
      assert.match(
        log,
        /WatchLimit: user\.max_inotify_watches is 10: \d+ folders have no watch, so changes there are noticed within \d+ s; lift it: sysctl user\.max_inotify_watches=\d+/,
      )
      const all = Array.from({ length: FOLDERS }, (_, n) => n)
      await until('all are ready', () => log.split('the bottle is ready').length > FOLDERS)
      for (const n of all) {
        const file = join(root, `f${n}`, 'a.yaml')
        await writeFile(file, bottle(`b${n}`).replace('claude', 'claude, env: {A: "1"}'))
      }
      await until('each edit is followed', () => all.every((n) => log.includes(`updated machine/bottle-b${n}:`)))
      child.stdin.write('lift\n')
      await until('there are enough', () => log.includes('every folder is watched again'))
    } finally {
      const ended = new Promise((resolve) => child.on('close', resolve))
      child.stdin.end('end\n')
      await ended
    }
  })

if (canLimit) test(TITLE, follows, { deadlineMs: 400_000 })
else test.skip(TITLE, 'no user namespace can be made here')

test.run()
