import { isAbsolute } from 'node:path'
import * as assert from 'uvu/assert'
import { isDriverError } from '../../../drivers/errors.ts'
import type { Authorities } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'

/** A world of its own, with the bottles `a` and `b`. */
export interface AuthoritiesWorld {
  readonly authorities: Authorities
  cleanup(): Promise<void>
}

/** Promises of the port Authorities, tested through the port alone: on a disk and in memory. */
export const authoritiesConformance = (name: string, make: () => Promise<AuthoritiesWorld>): void => {
  const test = suite(`authorities: ${name}`)
  const check = (title: string, body: (authorities: Authorities) => Promise<void>): void =>
    test(
      title,
      async () => {
        const { authorities, cleanup } = await make()
        try {
          await body(authorities)
        } finally {
          await cleanup()
        }
      },
      { deadlineMs: 60_000 },
    )

  check('one is made the first time, and the same is given from then on, to many at once, too', async (authorities) => {
    const [one, other] = await Promise.all([authorities.ensure('a'), authorities.ensure('a')])
    assert.equal(one, other)
    assert.equal(await authorities.ensure('a'), one)
    assert.ok(one.cert.length > 0 && one.key.length > 0)
  })

  check('each bottle has its own, and a folder of its own', async (authorities) => {
    const [one, other] = [await authorities.ensure('a'), await authorities.ensure('b')]
    assert.is.not(one.cert, other.cert)
    assert.is.not(one.key, other.key)
    assert.is.not(authorities.guestFolder('a'), authorities.guestFolder('b'))
  })

  check("a guest's folder is known before anything is made, and stays where it is", async (authorities) => {
    const before = authorities.guestFolder('a')
    assert.ok(isAbsolute(before))
    await authorities.ensure('a')
    assert.is(authorities.guestFolder('a'), before)
  })

  check(
    'what is removed is gone, twice is harmless, and a later bottle of the name has another',
    async (authorities) => {
      const first = await authorities.ensure('a')
      const other = await authorities.ensure('b')
      await authorities.remove('a')
      await authorities.remove('a')
      assert.is.not((await authorities.ensure('a')).key, first.key)
      assert.equal(await authorities.ensure('b'), other)
    },
  )

  check('a call that is cancelled before it begins is Aborted', async (authorities) => {
    const error = await authorities.ensure('a', AbortSignal.abort()).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(isDriverError(error, 'Aborted'), String(error))
  })

  test.run()
}
