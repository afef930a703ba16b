import { stringify } from 'yaml'
import type { CelRule, Column, SchemaNode } from '../schema-node.ts'

/**
 * The contract as a CustomResourceDefinition. `propertyNames` and `uniqueItems`, which a
 * structural schema lacks, become CEL rules and list types. A cluster drops unknown fields, so `additionalProperties:
 * false` is left out. `presets` are the names that spec.egress.presets may have.
 */
export const generateCrd = (schema: SchemaNode, presets: readonly string[]): string => {
  const { spec = {}, status = {} } = schema.properties ?? {}
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'bottles.bottled.dev' },
    spec: {
      group: 'bottled.dev',
      names: { kind: 'Bottle', listKind: 'BottleList', plural: 'bottles', singular: 'bottle', shortNames: ['bt', 'b'] },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          subresources: { status: {} },
          selectableFields: [{ jsonPath: '.spec.nodeName' }],
          additionalPrinterColumns: [...(schema['x-columns'] ?? []), NODE_COLUMN]
            .filter(({ name }) => name !== 'NAME')
            .map(printerColumn),
          schema: {
            openAPIV3Schema: {
              description: schema.description,
              type: 'object',
              required: ['spec'],
              ...validations(schema['x-kubernetes-validations']),
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: structural(withNode(withPresets(spec, presets))),
                status: structural(status),
              },
            },
          },
        },
      ],
    },
  }
  return `# Generated from bottle.schema.json by \`npm run schemas\`; do not edit.\n${stringify(crd, { lineWidth: 0, aliasDuplicateObjects: false })}`
}

/** Only a cluster has nodes: a file that names one is refused. */
const withNode = (spec: SchemaNode): SchemaNode => ({
  ...spec,
  'x-kubernetes-validations': [
    ...(spec['x-kubernetes-validations'] ?? []),
    {
      rule: '!has(oldSelf.nodeName) || (has(self.nodeName) && self.nodeName == oldSelf.nodeName)',
      message: 'spec.nodeName is immutable once set',
    },
  ],
  properties: {
    ...spec.properties,
    nodeName: {
      type: 'string',
      description: 'The node whose agent runs this bottle; without it, no agent does. It never changes again.',
      minLength: 1,
      maxLength: 253,
    },
  },
})

const NODE_COLUMN: Column = { name: 'NODE', path: '.spec.nodeName', type: 'string', wide: true }

const withPresets = (spec: SchemaNode, names: readonly string[]): SchemaNode => {
  const { egress = {} } = spec.properties ?? {}
  const { presets = {} } = egress.properties ?? {}
  const known = { ...presets, items: { ...presets.items, enum: [...names] } }
  return {
    ...spec,
    properties: { ...spec.properties, egress: { ...egress, properties: { ...egress.properties, presets: known } } },
  }
}

const PASSED_ON = [
  'description',
  'type',
  'enum',
  'default',
  'required',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minProperties',
  'maxProperties',
  'maxItems',
  'oneOf',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
] as const

const structural = (node: SchemaNode): object => {
  const { propertyNames: keys } = node
  const keyRules: readonly CelRule[] =
    keys === undefined
      ? []
      : [
          {
            rule: `self.all(key, key.size() <= ${keys.maxLength} && key.matches('${keys.pattern}'))`,
            message: `keys must match ${keys.pattern}`,
          },
        ]
  return {
    ...Object.fromEntries(
      PASSED_ON.filter(
        (keyword) => node[keyword] !== undefined && !(keyword === 'type' && Array.isArray(node.type)),
      ).map((keyword) => [keyword, node[keyword]]),
    ),
    ...node['x-crd'],
    ...(node.uniqueItems === true ? { 'x-kubernetes-list-type': 'set' } : {}),
    ...validations([...keyRules, ...(node['x-kubernetes-validations'] ?? [])]),
    ...(node.items === undefined ? {} : { items: structural(node.items) }),
    ...(typeof node.additionalProperties === 'object'
      ? { additionalProperties: structural(node.additionalProperties) }
      : {}),
    ...(node.properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(node.properties).map(([key, child]) => [key, structural(child)]),
          ),
        }),
  }
}

const validations = (rules: readonly CelRule[] = []): object =>
  rules.length === 0 ? {} : { 'x-kubernetes-validations': rules }

const printerColumn = ({ name, path, crdPath, type, wide }: Column): object => ({
  name: name
    .split('-')
    .map((word) => (word === 'IP' ? word : word.charAt(0) + word.slice(1).toLowerCase()))
    .join('-'),
  type,
  jsonPath: crdPath ?? path,
  ...(wide === true ? { priority: 1 } : {}),
})
