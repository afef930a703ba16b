import { unless } from '../errno.ts'
import { DriverError } from '../errors.ts'
import { openOwn } from '../reading/open-regular.ts'
import { readUpTo } from '../reading/read-bounded.ts'

/** Of one file, in bytes: larger ones aren't ours. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Reads a text file of a state folder, whoever wrote it: a state folder may come along with a clone or a copy of a root.
 *
 * Guarantees: only a regular file is read, never through a link, without waiting, and never more than `maxBytes`. Undefined: it
 *   doesn't exist. Errors: of the system, a `Refusal`, or a `DriverError` if it is larger.
 */
export const readOwn = async (path: string, maxBytes = MAX_BYTES): Promise<string | undefined> => {
  const opened = await openOwn(path).catch(unless('ENOENT'))
  if (opened === undefined) return undefined
  try {
    const bytes = await readUpTo(opened.file, maxBytes, Number(opened.stat.size))
    if (bytes === undefined)
      throw new DriverError({ code: 'Failed', operation: `read ${path}`, detail: `larger than ${maxBytes} bytes` })
    return bytes.toString()
  } finally {
    await opened.file.close()
  }
}
