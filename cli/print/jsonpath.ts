import { harmless } from '../../drivers/harmless.ts'

/**
 * The JSONPath templates of kubectl: text with `{expressions}`, `range`/`end`, filters, slices, recursive descent. Pure.
 *
 * Guarantees: a missing key prints nothing; a template that can't be parsed throws `JsonPathError`.
 * Caveats: no script expressions; a `$` inside of a range is the current object, as in kubectl; `&&` and `||` in filters are not known to kubectl either.
 */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError'
}

type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'union'; readonly keys: readonly string[] }
  | { readonly kind: 'index'; readonly indexes: readonly number[] }
  | {
      readonly kind: 'slice'
      readonly from: number | undefined
      readonly to: number | undefined
      readonly step: number
    }
  | { readonly kind: 'filter'; readonly left: Path; readonly operator: string; readonly right: unknown }

export type Path = readonly Step[]

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'range'; readonly path: Path; readonly body: readonly Node[] }

/** `.a.b[0]`, `$.a`, `{.a}`, `a.b` alike: one path, for custom columns and sorting. */
export const parsePath = (text: string): Path => {
  const bare = text
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim()
  return stepsOf(/^[A-Za-z_]/.test(bare) ? `.${bare}` : bare)
}

export const evaluate = (path: Path, root: unknown): readonly unknown[] =>
  path.reduce<readonly unknown[]>(
    (found, step) =>
      step.kind === 'union'
        ? step.keys.flatMap((key) => found.flatMap((value) => named(value, key)))
        : found.flatMap((value) => take(step, value)),
    [root],
  )

/** `['metadata.name']`: the key of that name, else the path, as which kubectl reads it. */
const named = (value: unknown, key: string): readonly unknown[] =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? take({ kind: 'key', key }, value)
    : evaluate(stepsOf(`.${key}`), value)

/** Compiles once; the result prints one object. */
export const parseTemplate = (template: string): ((root: unknown) => string) => {
  const nodes = nodesOf(tokensOf(template))
  return (root) => render(nodes, root, root)
}

const render = (nodes: readonly Node[], current: unknown, root: unknown): string =>
  nodes
    .map((node) => {
      if (node.kind === 'text') return node.text
      const found = evaluate(node.path, current)
      if (node.kind === 'path') return found.map(printed).join(' ')
      return found.map((each) => render(node.body, each, root)).join('')
    })
    .join('')

export const printed = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? harmless(JSON.stringify(value))
      : String(value)

type Token = { readonly text: string } | { readonly expression: string }

const tokensOf = (template: string): readonly Token[] => {
  const tokens: Token[] = []
  for (const [, text, expression] of template.matchAll(
    /([^{]+)|\{((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^{}"'])*)\}/g,
  )) {
    tokens.push(text === undefined ? { expression: (expression ?? '').trim() } : { text })
  }
  const covered = tokens.reduce((length, token) => length + ('text' in token ? token.text.length : 0), 0)
  const braces = [...template.matchAll(/\{((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^{}"'])*)\}/g)].reduce(
    (length, [whole]) => length + whole.length,
    0,
  )
  if (covered + braces !== template.length)
    throw new JsonPathError(`unclosed action in the template ${JSON.stringify(template)}`)
  return tokens
}

const nodesOf = (tokens: readonly Token[]): readonly Node[] => {
  const stack: { readonly path: Path; readonly body: Node[] }[] = [{ path: [], body: [] }]
  const put = (node: Node): void => void stack.at(-1)?.body.push(node)
  for (const token of tokens) {
    if ('text' in token) put({ kind: 'text', text: token.text })
    else if (/^range\s/.test(token.expression))
      stack.push({ path: stepsOf(token.expression.slice(5).trim()), body: [] })
    else if (token.expression === 'end') {
      const range = stack.length > 1 ? stack.pop() : undefined
      if (range === undefined) throw new JsonPathError('{end} without {range}')
      put({ kind: 'range', ...range })
    } else if (/^["']/.test(token.expression)) put({ kind: 'text', text: stringOf(token.expression) })
    else put({ kind: 'path', path: stepsOf(token.expression) })
  }
  if (stack.length > 1) throw new JsonPathError('{range} without {end}')
  return stack[0]?.body ?? []
}

const stringOf = (quoted: string): string => {
  const inner = quoted.slice(1, -1)
  return inner.replace(/\\(.)/gs, (_, character: string) => ({ n: '\n', t: '\t', r: '\r' })[character] ?? character)
}

const STEP =
  /^(?:\.\.(?=[A-Za-z_*[])|\.?\*|\.((?:\\.|[A-Za-z0-9_\-/])+)|\.?\[((?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\?\((?:"[^"]*"|'[^']*'|[^)"'])*\)|[^\]'"])*)\])/

const stepsOf = (text: string): Path => {
  const steps: Step[] = []
  let rest = text.replace(/^[$@]/, '')
  if (rest === '.') return []
  while (rest !== '') {
    const match = STEP.exec(steps.at(-1)?.kind === 'deep' && /^[A-Za-z_]/.test(rest) ? (rest = `.${rest}`) : rest)
    if (match === null)
      throw new JsonPathError(`unrecognized part ${JSON.stringify(rest)} of the path ${JSON.stringify(text)}`)
    const [whole, key, inside] = match
    if (whole === '..') steps.push({ kind: 'deep' })
    else if (key !== undefined) steps.push({ kind: 'key', key: key.replace(/\\(.)/g, '$1') })
    else if (inside === undefined) steps.push({ kind: 'all' })
    else steps.push(subscript(inside.trim(), text))
    rest = rest.slice(whole.length)
  }
  return steps
}

const QUOTED = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g
const UNION = new RegExp(`^(?:${QUOTED.source})(?:\\s*,\\s*(?:${QUOTED.source}))*$`)

const subscript = (inside: string, text: string): Step => {
  if (inside === '*') return { kind: 'all' }
  if (UNION.test(inside)) return { kind: 'union', keys: (inside.match(QUOTED) ?? []).map(stringOf) }
  if (/^-?\d+(\s*,\s*-?\d+)*$/.test(inside)) return { kind: 'index', indexes: inside.split(',').map(Number) }
  const slice = /^(-?\d+)?:(-?\d+)?(?::(\d+))?$/.exec(inside)
  const number = (digits: string | undefined): number | undefined => (digits === undefined ? undefined : Number(digits))
  if (slice !== null)
    return { kind: 'slice', from: number(slice[1]), to: number(slice[2]), step: Math.max(1, Number(slice[3] ?? 1)) }
  const filter = /^\?\(\s*(@[^=!<>]*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?)\s*)?\)$/s.exec(inside)
  if (filter === null) throw new JsonPathError(`invalid subscript [${inside}] of the path ${JSON.stringify(text)}`)
  const [, left = '@', operator = 'exists', right = ''] = filter
  return { kind: 'filter', left: stepsOf(left), operator, right: literal(right) }
}

const literal = (text: string): unknown => {
  if (/^["']/.test(text)) return stringOf(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text
}

const take = (step: Exclude<Step, { readonly kind: 'union' }>, value: unknown): readonly unknown[] => {
  switch (step.kind) {
    case 'key':
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step.key)) return []
      return [(value as Record<string, unknown>)[step.key]]
    case 'all':
      return childrenOf(value)
    case 'deep':
      return [value, ...childrenOf(value).flatMap((each) => take(step, each))]
    case 'index':
      return Array.isArray(value)
        ? step.indexes.flatMap((index) =>
            Math.abs(index) <= value.length && value.at(index) !== undefined ? [value.at(index)] : [],
          )
        : []
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to).filter((_, index) => index % step.step === 0) : []
    case 'filter':
      return childrenOf(value).filter((each) => holds(step, evaluate(step.left, each)))
  }
}

const childrenOf = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : []

const holds = (
  { operator, right }: { readonly operator: string; readonly right: unknown },
  found: readonly unknown[],
): boolean => {
  const [left] = found
  if (operator === 'exists') return found.length > 0
  if (found.length === 0) return false
  if (operator === '==') return left === right
  if (operator === '!=') return left !== right
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return false
  const order = left < (right as typeof left) ? -1 : left > (right as typeof left) ? 1 : 0
  return { '<': order < 0, '>': order > 0, '<=': order <= 0, '>=': order >= 0 }[operator] ?? false
}
