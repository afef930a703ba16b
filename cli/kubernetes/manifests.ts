import { readFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { AGENT, NAMESPACE, POLICIES } from './policies.ts'

/**
 * What an operator applies once per cluster, as YAML documents: the definition of Bottles, a namespace, the agents' account with
 * its rights, and the policies that keep each agent to its own node.
 */
export const manifests = (): string => {
  const definition = readFileSync(new URL('../../schemas/bottle.crd.yaml', import.meta.url), 'utf8')
  const texts = [...ACCOUNT, ...POLICIES].map((object) =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
  )
  return [definition, ...texts].join('---\n')
}

const GROUP = 'rbac.authorization.k8s.io'

const ACCOUNT: readonly object[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: AGENT, namespace: NAMESPACE } },
  {
    apiVersion: `${GROUP}/v1`,
    kind: 'ClusterRole',
    metadata: { name: AGENT },
    rules: [
      // To patch is to set its finalizer, and to take it off: the policies allow nothing else.
      { apiGroups: ['bottled.dev'], resources: ['bottles'], verbs: ['get', 'list', 'watch', 'patch'] },
      { apiGroups: ['bottled.dev'], resources: ['bottles/status'], verbs: ['patch'] },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
    ],
  },
  {
    apiVersion: `${GROUP}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: AGENT },
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: AGENT },
    subjects: [{ kind: 'ServiceAccount', name: AGENT, namespace: NAMESPACE }],
  },
]
