import { renameSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readWithAside } from '../../controller/folder/read-with-aside.ts'
import { createSeededRandom } from './seeded-random.ts'

/**
 * A person who edits one file repeatedly: `busy-writer.ts FILE EDITS rename|in-place`. Some edits follow at once,
 * others after up to 8 ms, so that edits and writes meet at any moment of each other.
 * Each edit increments the file's count. Prints how many of its own edits were lost at the next look.
 */
const [file = '', edits = '0', way = 'rename'] = process.argv.slice(2)

const random = createSeededRandom(1)
let lost = 0
let last = 0
for (let n = 1; n <= Number(edits); n += 1) {
  if (random() < 0.4) await sleep(random() * 8)
  const content = await readWithAside(file)
  if (content.kind !== 'text') throw new Error(`edit ${n}: ${JSON.stringify(content)}`)
  const [, found] = /count: (\d+)/.exec(content.text) ?? []
  if (Number(found) !== last) lost += 1
  last = n
  const text = content.text.replace(/count: \d+/, `count: ${n}`)
  if (way === 'rename') {
    writeFileSync(`${file}~`, text)
    renameSync(`${file}~`, file)
  } else {
    writeFileSync(file, text)
  }
}
console.log(JSON.stringify({ lost }))
