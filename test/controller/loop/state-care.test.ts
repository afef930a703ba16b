import * as assert from 'uvu/assert'
import { createStateCare } from '../../../controller/loop/state-care.ts'
import type { StateCheck } from '../../../controller/state/state-keeper.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('state care')

/** What happens when the keeper says these, one after another. */
const played = async (checks: readonly StateCheck[]): Promise<readonly string[]> => {
  const said: string[] = []
  let at = 0
  const care = createStateCare({
    keeper: { check: async () => checks[at++] ?? { kind: 'kept' } },
    queue: { pause: () => said.push('pause'), resume: () => said.push('resume') },
    announce: (type, reason) => said.push(`${type} ${reason}`),
    log: { warn: (line) => said.push(`warn ${line}`), error: (line) => said.push(`error ${line}`) },
    onRestored: () => said.push('look at all'),
    onTaken: (error) => said.push(`end: ${error.message}`),
  })
  for (const _ of checks) said.push(String(await care.check()))
  return said
}

const kept = { kind: 'kept' } as const
const gone = { kind: 'away', why: 'it went' } as const

test('while all is there, nothing is said or done', async () => {
  assert.equal(await played([kept, kept]), ['true', 'true'])
})

test('a state that was put back is an event, and all is looked at again', async () => {
  assert.equal(await played([{ kind: 'restored', what: 'x' }, kept]), [
    'Warning StateRestored',
    'resume',
    'look at all',
    'true',
    'true',
  ])
})

test('while it is away the queue is paused, and that is said once', async () => {
  assert.equal(await played([gone, gone, kept]), [
    'pause',
    'warn it went; nothing is done until it is back',
    'false',
    'pause',
    'false',
    'Normal StateBack',
    'resume',
    'look at all',
    'true',
  ])
})

test('where another controller took it, this one ends', async () => {
  assert.equal(await played([{ kind: 'taken', error: new Error('held by 7') }]), [
    'pause',
    'error held by 7; this one ends',
    'end: held by 7',
    'false',
  ])
})

test.run()
