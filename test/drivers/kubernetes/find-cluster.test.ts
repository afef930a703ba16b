import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { stringify } from 'yaml'
import { findCluster } from '../../../drivers/kubernetes/find-cluster.ts'
import { KubeconfigError } from '../../../drivers/kubernetes/kubeconfig.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('find a cluster')
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-kubeconfig-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, server: string): string => {
  const file = join(folder, name)
  const config = {
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { tokenFile: 'token' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }
  writeFileSync(file, stringify(config))
  return file
}

const IN_POD = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' }

test('the file that is named goes before KUBECONFIG, that before the account of a Pod', async () => {
  const [named, other] = [write('named', 'https://named'), write('other', 'https://other')]
  const env = { ...IN_POD, KUBECONFIG: other }
  assert.is((await findCluster({ file: named, env })).cluster.server.host, 'named')
  assert.is((await findCluster({ file: undefined, env })).cluster.server.host, 'other')
  const { cluster, secrets } = await findCluster({ file: undefined, env: IN_POD, account: '/account' })
  assert.is(cluster.server.host, '10.0.0.1')
  assert.equal(cluster.ca, { file: '/account/ca.crt' })
  assert.equal(cluster.credentials, { kind: 'token', token: { file: '/account/token' } })
  assert.equal(secrets, ['/account'])
})

test('what has the credentials in it is named, so that no bottle gets it', async () => {
  const file = write('secret', 'https://named')
  assert.equal((await findCluster({ file, env: {} })).secrets, [file, join(folder, 'token')])
})

test('a file that is missing, or one of several, is refused with the way around it', async () => {
  for (const file of [join(folder, 'missing'), '/a:/b'])
    try {
      await findCluster({ file, env: {} })
      assert.unreachable()
    } catch (error) {
      assert.ok(error instanceof KubeconfigError)
      assert.match((error as KubeconfigError).message, file)
      assert.match((error as KubeconfigError).hint, '--kubeconfig')
    }
})

test.run()
