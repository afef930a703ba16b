import type { Connection } from '../../../drivers/kubernetes/connection.ts'
import { suite } from '../../helpers/suite.ts'
import { openMemoryServer } from './memory-server.ts'
import type { MemoryServer } from './memory-server.ts'
import { plainConnection } from './plain-connection.ts'
import { apiSuite } from './suite.ts'

const test = suite('API server in memory')
let server: MemoryServer
let connection: Connection

test.before(async () => {
  server = await openMemoryServer()
  connection = await plainConnection(server.url)
})
test.after(async () => {
  connection.close()
  await server.close()
})

apiSuite(test, () => connection)

test.run()
