import * as assert from 'uvu/assert'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import { usedPaths } from '../../../reconcilers/derive/used-paths.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('used paths')

test('every host path of a spec is named with its field, its role and whether it can be written', () => {
  const spec = resolveSpec(
    {
      agent: 'claude',
      workspace: { path: 'repo', mode: 'mount' },
      secrets: { A: { fromFile: 'a' }, B: { fromEnv: 'B' } },
      bundle: {
        mounts: [
          { source: 'rules', target: '/rules' },
          { source: '/out', target: '/out', readOnly: false },
        ],
      },
      machine: { image: './agent.tar' },
    },
    '/root',
  )
  assert.equal(
    usedPaths(spec).map(({ field, role, path, writable }) => [field.join('.'), role, path, writable]),
    [
      ['spec.workspace.path', 'workspace', '/root/repo', true],
      ['spec.secrets.A.fromFile', 'secret', '/root/a', false],
      ['spec.bundle.mounts.0.source', 'bundle-mount', '/root/rules', false],
      ['spec.bundle.mounts.1.source', 'bundle-mount', '/out', true],
      ['spec.machine.image', 'image', '/root/agent.tar', false],
    ],
  )
})

test('a copied workspace is not writable, a reference is no path, an artifact is one', () => {
  const paths = (spec: Parameters<typeof resolveSpec>[0]): readonly unknown[] =>
    usedPaths(resolveSpec(spec, '/root')).map(({ field, role, writable }) => [field.join('.'), role, writable])
  assert.equal(paths({ agent: 'a', workspace: { path: '/w', mode: 'copy' } }), [
    ['spec.workspace.path', 'workspace', false],
  ])
  assert.equal(paths({ agent: 'a', machine: { image: 'ghcr.io/a/b:1' } }), [])
  assert.equal(paths({ agent: 'a', machine: { artifact: '/a.smolmachine' } }), [
    ['spec.machine.artifact', 'artifact', false],
  ])
})

test.run()
