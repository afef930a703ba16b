import { FINALIZER } from '../../controller/kubernetes/finalizer.ts'

/** Policies of an API server for Bottles. Pure. */
export const NAMESPACE = 'bottled-system'
export const AGENT = 'bottled-agent'
const ABANDON = 'bottled.dev/abandon'

const USER = `system:serviceaccount:${NAMESPACE}:${AGENT}`
/** In what a token says about its owner, by the server itself. */
const NODE = 'authentication.kubernetes.io/node-name'

const forbidden = (expression: string, message: string): object => ({ expression, reason: 'Forbidden', message })

/** The policy, and the binding that puts it in force everywhere. */
const policy = (name: string, spec: object): readonly object[] => [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: { failurePolicy: 'Fail', ...spec },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  },
]

const matching = (operations: readonly string[], resources: readonly string[]): object => ({
  resourceRules: [{ apiGroups: ['bottled.dev'], apiVersions: ['*'], operations, resources }],
})

const untouched = (field: string): string => `object.metadata.?${field} == oldObject.metadata.?${field}`

/** An agent writes to the bottles of its own node only, and of these the status and finalizers only: its token says which node. */
const ownNode = policy('bottled-agent-own-node', {
  matchConstraints: matching(['CREATE', 'UPDATE', 'DELETE'], ['bottles', 'bottles/status']),
  matchConditions: [{ name: 'is-agent', expression: `request.userInfo.username == "${USER}"` }],
  variables: [
    {
      name: 'node',
      expression: `"${NODE}" in request.userInfo.extra ? request.userInfo.extra["${NODE}"][0] : ""`,
    },
    { name: 'of', expression: 'oldObject != null ? oldObject.spec.?nodeName.orValue("") : ""' },
  ],
  validations: [
    forbidden(
      'variables.node != ""',
      'the token names no node: use one that is bound to the Node, or to the Pod of the agent',
    ),
    forbidden('request.operation == "UPDATE"', 'an agent neither creates nor deletes bottles'),
    {
      expression: 'variables.of == variables.node',
      reason: 'Forbidden',
      messageExpression: `'this bottle is of node "' + variables.of + '", the agent of "' + variables.node + '"'`,
    },
    forbidden(
      `request.?subResource.orValue("") == "status" || (object.spec == oldObject.spec && ${['labels', 'annotations', 'ownerReferences'].map(untouched).join(' && ')})`,
      'beside the status an agent changes finalizers only',
    ),
  ],
})

/** What a node still has must not be forgotten by an edit: a person who gives it up says so first. */
const finalizer = policy('bottled-finalizer', {
  matchConstraints: matching(['UPDATE'], ['bottles']),
  matchConditions: [
    { name: 'not-agent', expression: `request.userInfo.username != "${USER}"` },
    { name: 'had-it', expression: `"${FINALIZER}" in oldObject.metadata.?finalizers.orValue([])` },
  ],
  validations: [
    forbidden(
      `"${FINALIZER}" in object.metadata.?finalizers.orValue([]) || oldObject.metadata.?annotations["${ABANDON}"].orValue("") == oldObject.metadata.uid`,
      `the node's agent takes ${FINALIZER} off; to give up what is on a lost node annotate ${ABANDON}=<uid> first`,
    ),
  ],
})

export const POLICIES: readonly object[] = [...ownNode, ...finalizer]
