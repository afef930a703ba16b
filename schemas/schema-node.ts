/** A node of bottle.schema.json: the part of draft-07 that a structural schema of Kubernetes supports, and our own keywords. */
export interface SchemaNode {
  readonly $schema?: string
  readonly $id?: string
  readonly $comment?: string
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  /** A list: one of these. Kubernetes knows no such type: `x-crd` says the same by bounds. */
  readonly type?: ScalarType | ScalarType[]
  readonly enum?: string[]
  readonly default?: string | number | boolean
  readonly required?: string[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: boolean | SchemaNode
  readonly propertyNames?: { readonly pattern: string; readonly maxLength: number }
  readonly items?: SchemaNode
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly oneOf?: SchemaNode[]
  readonly 'x-update'?: UpdateRule
  readonly 'x-grow-only'?: boolean
  readonly 'x-must'?: string
  readonly 'x-keys-must'?: string
  readonly 'x-ignored'?: boolean
  readonly 'x-required'?: string[]
  /** For the CustomResourceDefinition only. */
  readonly 'x-crd'?: Readonly<Record<string, unknown>>
  readonly 'x-columns'?: readonly Column[]
  readonly 'x-kubernetes-validations'?: readonly CelRule[]
  readonly 'x-kubernetes-list-type'?: 'map' | 'set' | 'atomic'
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
}

type ScalarType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'

export type UpdateRule = 'live' | 'immutable' | { readonly machine?: 'restart' | 'recreate'; readonly bundle?: 'recreate' }

export interface CelRule {
  readonly rule: string
  readonly message: string
}

export interface Column {
  readonly name: string
  /** JSONPath as kubectl writes it. */
  readonly path: string
  /** The path in a cluster, if it differs. */
  readonly crdPath?: string
  readonly type: 'string' | 'date'
  readonly wide?: boolean
}

/** The effect of a changed field on an object: nothing, restarted, recreated, refused. */
export type UpdateClass = 'live' | 'restart' | 'recreate' | 'immutable'

/** One row of fields.ts. */
export interface Field {
  /** Dotted, without markers for lists and maps: spec.bundle.mounts.source. */
  readonly path: string
  /** As kubectl explain writes it: string, []string, map[string]Object. */
  readonly type: string
  readonly required: boolean
  /** For a person. */
  readonly description: string
  readonly default?: string | number | boolean
  readonly enum?: readonly string[]
  /** Of fields of spec that hold a value, per object. */
  readonly update?: Readonly<Record<'machine' | 'bundle', UpdateClass>>
  readonly growOnly?: boolean
  /** Its pattern in words, after "must"; also for list items and map values. */
  readonly must?: string
  /** The pattern of a map's keys in words, after "must". */
  readonly keysMust?: string
}
