import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apiSuite } from '../conformance/kubernetes/suite.ts'
import { suite } from '../helpers/suite.ts'
import { install, noApiServer, openApiServer } from './api-server.ts'
import type { ApiServer } from './api-server.ts'

const test = suite('API server of Kubernetes')
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-api-'))
let server: ApiServer | undefined

test.before(async () => {
  if (noApiServer !== undefined) return
  server = await openApiServer(folder)
  await install(server)
})
test.after(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

apiSuite(
  (title, body) =>
    noApiServer === undefined ? test(title, body, { deadlineMs: 60_000 }) : test.skip(title, noApiServer),
  () => {
    if (server === undefined) throw new Error('no API server')
    return server.connection
  },
)

test.run()
