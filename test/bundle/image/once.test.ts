import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { bundleImage } from '../../helpers/bundle-image.ts'
import { dockerMissing } from '../../helpers/docker.ts'
import { nodeArguments } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('images that tests share')
const missing = dockerMissing()
const run = promisify(execFile)

/** In a process of its own, which ends with ours: notes that it makes the image, and makes it, or hangs. */
const maker = (tag: string, source: string, notes: string, hangs: boolean) => {
  const words = nodeArguments(join(import.meta.dirname, 'once.ts'))
  const code = `
    import { execFileSync } from 'node:child_process'
    import { appendFileSync } from 'node:fs'
    process.stdin.on('end', () => process.exit(1)).resume()
    const { imageOnce } = await import('${words.at(-1)}')
    await imageOnce('${tag}', async () => {
      appendFileSync('${notes}', '${hangs ? 'hung' : 'made'}\\n')
      ${hangs ? 'await new Promise((resolve) => setTimeout(resolve, 3_600_000))' : `execFileSync('docker', ['tag', '${source}', '${tag}'])`}
    })
    process.exit(0)`
  return spawn(process.execPath, [...words.slice(0, -1), '--input-type=module', '-e', code], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
}
const endOf = (child: ReturnType<typeof maker>): Promise<number | null> =>
  new Promise((resolve) => child.once('close', resolve))

if (missing !== undefined) test.skip('one of several makes it', missing)
else
  test(
    'of several processes that ask at once one makes it, after one that died over it',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'bottle-t-once-'))
      const notes = join(folder, 'notes')
      const source = await bundleImage()
      const tag = `bottled-test-once:${randomBytes(4).toString('hex')}`
      const said = () => (existsSync(notes) ? readFileSync(notes, 'utf8') : '')
      const dead = maker(tag, source, notes, true)
      try {
        const ended = endOf(dead)
        while (said() === '') await new Promise((resolve) => setTimeout(resolve, 50))
        const others = Array.from({ length: 3 }, () => endOf(maker(tag, source, notes, false)))
        // Nothing tells when they wait; whoever comes later finds it made.
        await Promise.race([...others, new Promise((resolve) => setTimeout(resolve, 500))])
        assert.is(said(), 'hung\n')
        dead.kill('SIGKILL')
        await ended
        assert.equal(await Promise.all(others), [0, 0, 0])
        assert.is(said(), 'hung\nmade\n')
      } finally {
        dead.kill('SIGKILL')
        await run('docker', ['rmi', tag]).catch(() => undefined)
        rmSync(folder, { recursive: true, force: true })
      }
    },
    { deadlineMs: 60_000 },
  )

test.run()
