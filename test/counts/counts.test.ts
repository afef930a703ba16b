import { readFileSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import { createCounted, fileOf } from './counting.ts'
import type { Counts } from './counting.ts'

/**
 * What a hundred bottles cost, in calls, one chapter of their life after the other. A number that goes up is a regression,
 * whatever the clock says; one that goes down belongs in the table, too.
 */
const test = suite('counts')
const BOTTLES = 100
const OPTIONS = { deadlineMs: 90_000 }
/** BOTTLED_UPDATE=golden writes it: look at the difference before you commit it. */
const TABLE = new URL('counts.json', import.meta.url)

const counted = createCounted(BOTTLES)
const expected = JSON.parse(readFileSync(TABLE, 'utf8')) as Readonly<Record<string, Counts>>
const seen: Record<string, Counts> = {}

const costs = (title: string, work: () => Promise<void>): void =>
  test(
    title,
    async () => {
      seen[title] = await counted.during(work)
      if (process.env['BOTTLED_UPDATE'] !== 'golden') assert.equal(seen[title], expected[title])
    },
    OPTIONS,
  )

costs('of bringing up a hundred bottles', async () => {
  const controller = await counted.start()
  await counted.advance(20_000)
  const ends = [...controller.manager.ends().values()]
  assert.is(ends.filter(({ outcome }) => outcome === 'Ready').length, BOTTLES)
})

costs('of the minute after that', () => counted.advance(60_000))

costs('of a minute in which nothing happens: one resync, one sweep', () => counted.advance(60_000))

costs('of an edit, in five seconds', async () => {
  counted.edit(fileOf(7), (text) => text.replace('claude', 'codex'))
  await counted.advance(5_000)
})

costs('of a start on a hundred bottles that are ready, in five seconds', async () => {
  await counted.start()
  await counted.advance(5_000)
})

test.after(async () => {
  await counted.stop()
  if (process.env['BOTTLED_UPDATE'] === 'golden') writeFileSync(TABLE, `${JSON.stringify(seen, undefined, 2)}\n`)
})

test.run()
