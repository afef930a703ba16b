import type { Field } from '../../schemas/schema-node.ts'
import { alignLines } from '../print/columns.ts'

/** `kubectl explain`, with what a change of the field costs. Pure. */

export const explainText = (path: string, fields: readonly Field[], recursive: boolean): string => {
  const field = fields.find((each) => each.path === path)
  const children = fields.filter((each) => isChild(each.path, path))
  const described =
    field?.description ??
    'A safe place for an AI coding agent: a microVM whose only reachable address is its own egress proxy.'
  return [
    'GROUP:      bottled.dev',
    'KIND:       Bottle',
    'VERSION:    v1alpha1',
    '',
    ...(field === undefined
      ? []
      : [`FIELD: ${nameOf(field)} <${field.type}>${field.required ? ' -required-' : ''}`, '']),
    ...(field?.enum === undefined ? [] : ['ENUM:', ...field.enum.map((value) => `    ${value}`), '']),
    ...(field?.default === undefined ? [] : ['DEFAULT:', `    ${String(field.default)}`, '']),
    ...(field?.update === undefined ? [] : ['UPDATE:', ...updateLines(field).map((line) => `    ${line}`), '']),
    ...(field === undefined || field.enum !== undefined || field.default !== undefined || field.update !== undefined
      ? []
      : ['']),
    'DESCRIPTION:',
    ...wrap(described, 76).map((line) => `    ${line}`),
    '    ',
    ...(children.length === 0
      ? ['', '']
      : ['FIELDS:', ...(recursive ? tree(path, fields, 1) : listed(children)), '', '']),
  ].join('\n')
}

const isChild = (path: string, parent: string): boolean =>
  parent === '' ? !path.includes('.') : path.startsWith(`${parent}.`) && !path.slice(parent.length + 1).includes('.')

const nameOf = ({ path }: Field): string => path.split('.').at(-1) ?? ''

const headOf = (field: Field): string => `${nameOf(field)}\t<${field.type}>${field.required ? ' -required-' : ''}`

const listed = (children: readonly Field[]): readonly string[] =>
  children.flatMap((field, index) => [
    `  ${headOf(field)}`,
    ...(field.enum === undefined ? [] : [`  enum: ${field.enum.join(', ')}`]),
    ...wrap(field.description, 76).map((line) => `    ${line}`),
    ...(index < children.length - 1 ? [''] : []),
  ])

const tree = (path: string, fields: readonly Field[], level: number): readonly string[] =>
  fields
    .filter((each) => isChild(each.path, path))
    .flatMap((field) => [`${'  '.repeat(level)}${headOf(field)}`, ...tree(field.path, fields, level + 1)])

const WORDS = {
  live: 'live: no interruption',
  restart: 'restart: the VM restarts and keeps its disk',
  recreate: 'recreate: the object is recreated; a VM loses its disk',
  immutable: 'immutable: refused while the bottle exists',
} as const

const updateLines = ({ update, growOnly }: Field): readonly string[] => {
  if (update === undefined) return []
  const { machine, bundle } = update
  const lines =
    machine === bundle
      ? [['', WORDS[machine]] as const]
      : ([
          ['machine', WORDS[machine]],
          ['bundle', WORDS[bundle]],
        ] as const)
  return [
    ...alignLines(
      lines.map(([object, words]) => (object === '' ? words : `${object}\t${words}`)),
      { minWidth: 0, padding: 2 },
    ),
    ...(growOnly === true ? ['can only grow'] : []),
  ]
}

export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
