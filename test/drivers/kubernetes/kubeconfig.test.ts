import * as assert from 'uvu/assert'
import { stringify } from 'yaml'
import { KubeconfigError, readKubeconfig } from '../../../drivers/kubernetes/kubeconfig.ts'
import type { Cluster } from '../../../drivers/kubernetes/kubeconfig.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('kubeconfig')

const read = (user: object, cluster: object = {}): Cluster =>
  readKubeconfig(
    stringify({
      clusters: [
        { name: 'other', cluster: { server: 'https://other' } },
        { name: 'c', cluster: { server: 'https://api.example:6443', ...cluster } },
      ],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
    (path) => `/etc/kube/${path}`,
  )

const refusal = (user: object, cluster: object = {}): KubeconfigError => {
  try {
    read(user, cluster)
  } catch (error) {
    if (error instanceof KubeconfigError) return error
    throw error
  }
  throw new Error('it was accepted')
}

test('the current context names cluster and user', () => {
  const cluster = read({ token: 'secret' }, { 'certificate-authority': 'ca.crt', 'tls-server-name': 'kubernetes' })
  assert.is(cluster.server.href, 'https://api.example:6443/')
  assert.equal(cluster.ca, { file: '/etc/kube/ca.crt' })
  assert.is(cluster.serverName, 'kubernetes')
  assert.equal(cluster.credentials, { kind: 'token', token: { text: 'secret' } })
})

test('a file of a token goes before a token, as it is renewed', () => {
  const { credentials } = read({ token: 'old', tokenFile: 'token' })
  assert.equal(credentials, { kind: 'token', token: { file: '/etc/kube/token' } })
})

test('a client certificate is read from its data or its file', () => {
  const data = Buffer.from('PEM').toString('base64')
  assert.equal(read({ 'client-certificate-data': data, 'client-key': 'key.pem' }).credentials, {
    kind: 'certificate',
    certificate: { text: 'PEM' },
    key: { file: '/etc/kube/key.pem' },
  })
  assert.match(refusal({ 'client-key': 'key.pem' }).message, 'go together')
})

test('programs for credentials are refused with a way around them', () => {
  for (const key of ['exec', 'auth-provider']) {
    const { message, hint } = refusal({ [key]: { command: 'aws' } })
    assert.match(message, `credentials by ${key} are not supported`)
    assert.match(hint, 'kubectl create token')
  }
})

test('what would give the credentials to whoever answers is refused', () => {
  assert.match(refusal({ token: 's' }, { 'insecure-skip-tls-verify': true }).message, 'insecure-skip-tls-verify')
  assert.match(refusal({ token: 's' }, { server: 'http://api.example' }).message, 'not encrypted')
  assert.match(refusal({ token: 's' }, { 'proxy-url': 'http://proxy' }).message, 'proxy-url')
  assert.is(read({ token: 's' }, { server: 'http://127.0.0.1:8001' }).server.port, '8001')
})

test('passwords and other identities are refused, never ignored', () => {
  for (const user of [{ username: 'a', password: 'b' }, { as: 'admin' }, { 'as-groups': ['system:masters'] }])
    assert.match(refusal(user).message, 'is not supported')
})

test('no message has a secret in it', () => {
  for (const user of [
    { token: 'geheim', exec: {} },
    { username: 'geheim', password: 'geheim' },
  ])
    assert.not.match(`${refusal(user).message} ${refusal(user).hint}`, 'geheim')
})

test("nor has one of a file that can't be parsed: it says where", () => {
  const complaint = (line: string): string => {
    try {
      readKubeconfig(`current-context: x\n${line}\nusers: []\n`, (path) => path)
    } catch (error) {
      if (error instanceof KubeconfigError) return error.message
      throw error
    }
    throw new Error('it was accepted')
  }
  assert.is(complaint('token: geheim: y'), "it can't be parsed at line 2, column 8")
  for (const line of ['token: "geheim', 'token: `geheim', 'token: {geheim', 'token: *geheim', 'geheim']) {
    assert.match(complaint(line), "it can't be parsed", line)
    assert.not.match(complaint(line), 'geheim')
  }
})

test("what isn't a kubeconfig says so", () => {
  for (const text of ['', '[]', 'a: [', 'current-context: x', '{clusters: 5, current-context: x, contexts: {}}'])
    assert.throws(
      () => readKubeconfig(text, (path) => path),
      (error: unknown) => error instanceof KubeconfigError && error.hint !== '',
    )
})

test.run()
