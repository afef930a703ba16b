import { renameSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readWithAside } from '../../controller/folder/read-with-aside.ts'
import { createSeededRandom } from '../helpers/seeded-random.ts'
import { stripStatus } from '../simulation/oracles/strip-status.ts'

/**
 * Simulates a person who edits one file repeatedly: `editor.ts FILE EDITS rename|in-place SEED`.
 *
 * Flow: before each edit the file must hold the last edit, in every byte outside `status`. If not, the edit may
 *   be on its way back (written into the old file while the controller put in a new one): late within PATIENCE_MS, lost
 *   after that. Most edits follow at once, some after up to 8 ms, a tenth after up to 80 ms, which leaves
 *   room for a whole write: so edits and writes meet at any moment of each other. Prints what it saw, and ends early
 *   after too many losses.
 */
const PATIENCE_MS = 2_000
const ENOUGH = 5

const [file = '', edits = '0', way = 'rename', seed = '1'] = process.argv.slice(2)
const random = createSeededRandom(Number(seed))
const agent = /agent: claude-\d+/
const begun = performance.now()
let lost = 0
let late = 0
let lastStatus = ''
let statuses = 0
let text = await read()
let wanted = stripStatus(file, text)

for (let n = 1; n <= Number(edits) && lost < ENOUGH; n += 1) {
  const drawn = random()
  if (drawn < 0.45) await sleep(random() * (drawn < 0.1 ? 80 : 8))
  text = await look()
  const status = text.slice(text.indexOf('status:'))
  if (status !== lastStatus) statuses += 1
  lastStatus = status
  const edited = text.replace(agent, `agent: claude-${n}`)
  wanted = stripStatus(file, edited)
  if (way === 'rename') {
    writeFileSync(`${file}~`, edited)
    renameSync(`${file}~`, file)
  } else {
    writeFileSync(file, edited)
  }
}
await look()
console.log(JSON.stringify({ lost, late, statuses, seconds: (performance.now() - begun) / 1_000 }))

/** The text with the last edit in it; if that is lost, the present text. */
async function look(): Promise<string> {
  let found = await read()
  if (stripStatus(file, found) === wanted) return found
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(5)) {
    found = await read()
    if (stripStatus(file, found) !== wanted) continue
    late += 1
    return found
  }
  lost += 1
  const [want, have] = [wanted.split('\n'), stripStatus(file, found).split('\n')]
  const at = want.findIndex((line, index) => line !== have[index])
  console.error(`line ${at + 1} should be ${JSON.stringify(want[at])} but is ${JSON.stringify(have[at])}`)
  return found
}

async function read(): Promise<string> {
  const content = await readWithAside(file)
  if (content.kind !== 'text') throw new Error(`${file}: ${JSON.stringify(content)}`)
  return content.text
}
