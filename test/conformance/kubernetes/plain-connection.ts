import { createConnection } from '../../../drivers/kubernetes/connection.ts'
import type { Connection } from '../../../drivers/kubernetes/connection.ts'
import { serverOf } from '../../../drivers/kubernetes/kubeconfig.ts'

/** To a server on loopback that is neither encrypted nor asks who comes. */
export const plainConnection = (url: string): Promise<Connection> =>
  createConnection({ server: serverOf(url), ca: undefined, serverName: undefined, credentials: { kind: 'none' } })
