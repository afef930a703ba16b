import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
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

test("four run at once; one that fails, doesn't read or hangs is a line of the log, and the next has its turn", async () => {
  const warned: string[] = []
  const notify = createNotifier(`echo x >> ${folder}/begun; sleep 60`, {
    warn: (text) => void warned.push(text),
    waitMs: 700,
  })
  for (let n = 0; n < 6; n += 1) notify(notice('aaaaaaaa', 'x'.repeat(2_000)))
  await until(() => warned.length > 0)
  const begun = readFileSync(join(folder, 'begun'), 'utf8').length / 2
  assert.ok(begun >= 1 && begun <= 5, `${begun} have begun`)
  await until(() => warned.length === 6)
  assert.match(warned[0] ?? '', /did not end within 0\.7 s/)
  const failing = createNotifier('exit 3', { warn: (text) => void warned.push(text) })
  failing(notice('bbbbbbbb'))
  await until(() => warned.length === 7)
  assert.match(warned[6] ?? '', /ended with 3/)
})

test.run()
