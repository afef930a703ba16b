import { isRootUser } from '../root-user.ts'
import { DriverError } from '../errors.ts'
import { parseJson, valueAt } from '../json.ts'
import type { Connection } from './connection.ts'
import type { InspectedContainer } from './container-shapes.ts'
import { isRootIn, onlyFileOf } from './passwd.ts'

/** Go's bit of a symbolic link. */
const LINK = 2 ** 27
const PASSWD = '/etc/passwd'

/**
 * Refuses to start a container whose user is a name that its image gives uid 0.
 *
 * Flow: only where the user is a name: what the image says of /etc, then its /etc/passwd, both by the Engine.
 * Guarantees: where the Engine would look up another file than it shows us (a mount, a link), the name counts as root's.
 * Assumptions: a container's own user can't change between this and its start.
 */
export const refuseHiddenRoot = async (
  connection: Connection,
  container: InspectedContainer,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const [name = ''] = (container.Config.User ?? '').split(':')
  if (isRootUser(name) || /^[+-]?\d+$/.test(name)) return
  const operation = `start container ${container.Id.slice(0, 12)}`
  const refuse = (detail: string): never => {
    throw new DriverError({
      code: 'InvalidRequest',
      operation,
      detail,
      hint: 'set spec.bundle.user to a number, as "65534:65534"',
    })
  }
  const covered = (container.Mounts ?? []).find(({ Destination = '' }) =>
    `${PASSWD}/`.startsWith(`${Destination.replace(/\/+$/, '')}/`),
  )
  if (covered !== undefined) refuse(`its user ${name} is a name, and a mount hides who that is in the image`)
  const ask = (method: 'HEAD' | 'GET', path: string) =>
    connection.request(
      { operation, doing: 'read', method, path: `/containers/${container.Id}/archive`, query: { path }, accept: [404] },
      signal,
    )
  const folder = await ask('HEAD', '/etc')
  // Without a passwd file the Engine refuses the name itself.
  if (folder.status === 404) return
  if (!isPlainFolder(folder.headers?.['x-docker-container-path-stat']))
    refuse(`its user ${name} is a name, and /etc of its image is no folder`)
  const file = await ask('GET', PASSWD)
  if (file.status === 404) return
  const passwd = onlyFileOf(file.body)
  if (passwd === undefined) return refuse(`its user ${name} is a name, and ${PASSWD} of its image is no file`)
  if (isRootIn(passwd, name)) refuse(`its user ${name} is uid 0 in the image`)
}

const isPlainFolder = (stat: string | readonly string[] | undefined): boolean => {
  const text = Buffer.from(typeof stat === 'string' ? stat : '', 'base64').toString()
  const mode = valueAt(parseJson(text), ['mode'])
  return typeof mode === 'number' && Math.floor(mode / LINK) % 2 === 0
}
