import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { copyFolderIn } from '../../../drivers/container/copy.ts'
import { toDriverError } from '../../../drivers/docker/errors.ts'
import type { Connection, DockerRequest } from '../../../drivers/docker/connection.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { beside } from '../../../drivers/reading/beside.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('copies into containers')

/** An Engine that has every folder, and takes nothing of a large stream. */
const stalling = (): Connection => {
  const never = (): never => {
    throw new Error('not asked for here')
  }
  return {
    request: async ({ method, operation, doing }: DockerRequest, signal) => {
      if (method === 'PUT' && signal?.aborted !== true) await once(signal ?? new EventTarget(), 'abort')
      // As the connection ends a call whose signal aborts.
      if (signal?.aborted === true)
        throw toDriverError({ operation, doing, error: new Error('The operation was aborted') })
      return { status: 200, body: Buffer.alloc(0) }
    },
    json: never,
    attach: never,
    open: never,
    daemon: never,
    platform: never,
    forget: never,
  }
}

const copying = async (signal?: AbortSignal): Promise<unknown> => {
  const source = await mkdtemp(join(tmpdir(), 'bottle-t-'))
  try {
    await writeFile(join(source, 'large'), Buffer.alloc(4 * 1024 * 1024, 1))
    const tools = { connection: stalling(), beside, path: process.env['PATH'] ?? '', stallMs: 500 }
    const into = { container: 'c', operation: 'copy', target: '/workspace', source, user: 'root' }
    return await copyFolderIn(tools, into, signal).then(
      () => undefined,
      (error: unknown) => error,
    )
  } finally {
    await rm(source, { recursive: true })
  }
}

test('a copy in which nothing moves any more ends as Timeout, as one into a VM does, and says who stopped', async () => {
  const error = await copying()
  assert.ok(isDriverError(error, 'Timeout'), String(error))
  assert.match(error.detail, 'nothing moved for 0.5 s: Docker takes nothing')
})

test('one that its caller ends is Aborted', async () => {
  const error = await copying(AbortSignal.timeout(50))
  assert.ok(isDriverError(error, 'Aborted'), String(error))
})

test.run()
