import { createConnection } from '../../../drivers/kubernetes/connection.ts'
import type { Connection } from '../../../drivers/kubernetes/connection.ts'
import { serverOf } from '../../../drivers/kubernetes/kubeconfig.ts'
import { suite } from '../../helpers/suite.ts'
import { openMemoryServer } from './memory-server.ts'
import type { MemoryServer } from './memory-server.ts'
import { apiSuite } from './suite.ts'

const test = suite('API server in memory')
let server: MemoryServer
let connection: Connection

test.before(async () => {
  server = await openMemoryServer()
  connection = await createConnection({
    server: serverOf(server.url),
    ca: undefined,
    serverName: undefined,
    credentials: { kind: 'none' },
  })
})
test.after(async () => {
  connection.close()
  await server.close()
})

apiSuite(test, () => connection)

test.run()
