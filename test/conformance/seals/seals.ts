import * as assert from 'uvu/assert'
import type { Seals } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'

/** What is shown of a machine's seal, and what happens to it. */
export interface SealsWorld {
  readonly seals: Seals
  /** Another process's, on the same machine. */
  readonly other: Seals
  /** A guest tries it now, and reaches this; undefined: the record is lost. */
  record(leaks: readonly string[] | undefined): Promise<void>
  upgrade(version: string): Promise<void>
  cleanup(): Promise<void>
}

/** Promises of the port Seals, tested through the port alone. */
export const sealsConformance = (options: {
  readonly name: string
  readonly make: () => Promise<SealsWorld>
}): void => {
  const test = suite(`seals: ${options.name}`)
  const check = (title: string, body: (world: SealsWorld) => Promise<void>): void =>
    test(title, async () => {
      const world = await options.make()
      try {
        await body(world)
      } finally {
        await world.cleanup()
      }
    })

  check('nothing is known before a look, and then why there is no proof', async ({ seals }) => {
    assert.is(seals.last(), undefined)
    const look = await seals.look()
    assert.is(look.proof, undefined)
    assert.ok((look.why ?? '').length > 0)
    assert.is(seals.last(), look)
  })

  check('the same is the same object, whoever else looks', async ({ seals, other, record }) => {
    await record([])
    const look = await seals.look()
    await other.look()
    assert.is(await seals.look(), look)
    assert.is(seals.last(), look)
  })

  check('what is recorded is shown, with its leaks, to each', async ({ seals, other, record }) => {
    await seals.look()
    await record([])
    assert.equal((await seals.look()).proof?.leaks, [])
    await record(['a', 'b'])
    for (const each of [seals, other]) assert.equal((await each.look()).proof?.leaks, ['a', 'b'])
    const { proof, installed } = await seals.look()
    assert.equal(proof?.parts, installed)
  })

  check('a record that is lost is none', async ({ seals, record }) => {
    await record(['a'])
    await seals.look()
    await record(undefined)
    const { proof, why } = await seals.look()
    assert.is(proof, undefined)
    assert.ok((why ?? '').length > 0)
  })

  check('what is installed since is seen, and the proof stays what it was', async ({ seals, record, upgrade }) => {
    await record([])
    const before = await seals.look()
    await upgrade('9.9.9')
    const { installed, proof } = await seals.look()
    assert.is(installed.smolvm, '9.9.9')
    assert.equal(proof, before.proof)
    assert.is.not(proof?.parts.smolvm, '9.9.9')
  })

  test.run()
}
