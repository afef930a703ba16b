import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createNotifier } from '../../../cli/run/notify.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottled run --notify')
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-notify-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

const notice = (id: string, question = '$(touch /tmp/never); "') =>
  ({ version: 1, bottle: 'web', id, openedAt: 'now', content: { kind: 'question', question } }) as const

const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 10))
}

test('the command gets each ask on stdin as one line of JSON, and nothing of it elsewhere', async () => {
  const warned: string[] = []
  const notify = createNotifier(`printf '%s|' "$*" > ${folder}/args; cat > ${folder}/one`, {
    warn: (text) => void warned.push(text),
  })
  notify(notice('aaaaaaaa'))
  await until(() => readdirSync(folder).includes('one') && readFileSync(join(folder, 'one'), 'utf8').endsWith('\n'))
  assert.equal(JSON.parse(readFileSync(join(folder, 'one'), 'utf8')), notice('aaaaaaaa'))
  assert.is(readFileSync(join(folder, 'args'), 'utf8'), '|')
  assert.equal(warned, [])
})

test('four run at once, and the next has its turn when one has ended', async () => {
  const [begun, go] = [join(folder, 'begun'), join(folder, 'go')]
  writeFileSync(begun, '')
  const count = (): number => readFileSync(begun, 'utf8').length / 2
  const notify = createNotifier(`echo x >> ${begun}; while [ ! -e ${go} ]; do sleep 0.05; done`, {
    warn: () => undefined,
    waitMs: 600_000,
  })
  for (let n = 0; n < 6; n += 1) notify(notice('aaaaaaaa', 'x'.repeat(2_000)))
  await until(() => count() === 4)
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.is(count(), 4)
  writeFileSync(go, '')
  await until(() => count() === 6)
})

test("one that fails, or doesn't read and hangs, is a line of the log", async () => {
  const warned: string[] = []
  const warn = (text: string): void => void warned.push(text)
  createNotifier('sleep 60', { warn, waitMs: 100 })(notice('aaaaaaaa', 'x'.repeat(200_000)))
  await until(() => warned.length === 1)
  assert.match(warned[0] ?? '', /did not end within 0\.1 s/)
  createNotifier('exit 3', { warn })(notice('bbbbbbbb'))
  await until(() => warned.length === 2)
  assert.match(warned[1] ?? '', /ended with 3/)
})

test.run()
