import * as assert from 'uvu/assert'
import { declaredOf, identityIn } from '../../../controller/kubernetes/declared.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import type { ApiObject } from '../../../drivers/kubernetes/objects.ts'
import { isIdentity } from '../../../schemas/identity.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('declared')

const object = (spec: unknown, metadata: Partial<ApiObject['metadata']> = {}): ApiObject => ({
  apiVersion: 'bottled.dev/v1alpha1',
  kind: 'Bottle',
  metadata: {
    name: 'web',
    namespace: 'team',
    uid: 'u1',
    resourceVersion: '5',
    generation: 3,
    finalizers: [],
    annotations: {},
    ...metadata,
  },
  spec,
  status: { phase: 'Ready' },
})

const documentOf = (spec: unknown, prefixes: readonly string[] = []) => {
  const [document] = declaredOf(object(spec), prefixes).parsed.documents
  if (document === undefined) throw new Error('no document')
  return document
}

const hashOf = (spec: unknown): string => specHash(documentOf(spec).bottle?.spec)

test('it is named by namespace and name, and has what the server counts', () => {
  const document = documentOf({ agent: 'claude', nodeName: 'n1' })
  assert.is(document.name, 'team/web')
  assert.is(document.bottle?.metadata.name, 'team/web')
  assert.equal(document.bottle?.spec, { agent: 'claude', identity: 'team-web' })
  assert.equal(document.object, { uid: 'u1', generation: 3 })
  assert.equal(document.status, { phase: 'Ready' })
})

test('a default that the server fills in changes no hash', () => {
  const bare = hashOf({ agent: 'a', bundle: { mounts: [] }, egress: { allow: [{ host: 'x.example' }] } })
  const filled = {
    agent: 'a',
    nodeName: 'n1',
    suspend: false,
    deletionPolicy: 'Delete',
    git: false,
    supervise: false,
    bundle: { mounts: [], pullPolicy: 'IfNotPresent', startTimeout: '5m', readOnlyRoot: true },
    egress: { mode: 'enforce', allow: [{ host: 'x.example', tls: 'terminate', push: false, websocket: false }] },
  }
  assert.is(hashOf(filled), bare)
  assert.is.not(hashOf({ ...filled, suspend: true }), bare)
})

test('what the definition let pass is judged again', () => {
  const document = documentOf({ agent: 'a', unknown: 1 })
  assert.is(document.bottle, undefined)
  assert.match(document.complaints[0]?.message ?? '', 'unknown')
  assert.is(document.name, 'team/web')
  assert.is(documentOf('x'.repeat(100_000)).bottle, undefined)
})

test('it is something new when spec or requests change, and not when only its status does', () => {
  const spec = { agent: 'a' }
  const of = (metadata: Partial<ApiObject['metadata']>): string => declaredOf(object(spec, metadata), []).sha256
  assert.is(of({ resourceVersion: '6' }), of({}))
  for (const other of [
    { uid: 'u2' },
    { generation: 4 },
    { annotations: { 'bottled.dev/rollout-at': 'x' } },
    { annotations: { 'bottled.dev/reconcile-at': 'x' } },
  ])
    assert.is.not(of(other), of({}))
})

test('identities of two namespaces are never the same by default', () => {
  assert.is(identityIn({ namespace: 'team', name: 'web' }), 'team-web')
  const pairs = [
    ['a', 'b-c'],
    ['a-b', 'c'],
    ['a--b', 'c'],
    ['a', 'b--c'],
    ['n'.repeat(63), 'm'.repeat(63)],
    ['n'.repeat(63), 'm'.repeat(62)],
    ['a', `${'b'.repeat(47)}`],
  ] as const
  const found = pairs.map(([namespace, name]) => identityIn({ namespace, name }))
  for (const identity of found) assert.ok(isIdentity(identity), identity)
  assert.is(new Set(found).size, found.length)
})

test('what would read from the node is refused, unless it lies below a given prefix', () => {
  const refusal = (spec: object, prefixes: readonly string[] = ['/srv/ok']): string =>
    documentOf({ agent: 'a', ...spec }, prefixes).object?.refusal?.message ?? ''
  const copy = (path: string): object => ({ workspace: { path, mode: 'copy' } })
  assert.is(refusal(copy('/srv/ok/x')), '')
  assert.is(refusal(copy('/srv/ok')), '')
  for (const path of ['/srv/okay', '/srv/ok/../../etc', 'srv/ok', './srv/ok/x', '../srv/ok/x', '/etc'])
    assert.match(refusal(copy(path)), 'spec.workspace.path', path)
  assert.match(refusal(copy('/srv/ok/x'), []), 'none is given to bottles')
  assert.match(refusal({ bundle: { mounts: [{ source: '/etc', target: '/x' }] } }), 'spec.bundle.mounts')
  assert.match(refusal({ machine: { image: './x.tar' } }), 'spec.machine.image')
  assert.match(refusal({ machine: { artifact: '/x.smolmachine' } }), 'spec.machine.artifact')
  assert.is(refusal({ machine: { image: 'alpine:3' } }), '')
  assert.match(refusal({ secrets: { A: { fromEnv: 'TOKEN' } } }), 'spec.secrets.A.fromEnv')
  assert.match(refusal({ secrets: { A: { fromFile: '/srv/ok/x' } } }), 'spec.secrets.A.fromFile')
})

test.run()
