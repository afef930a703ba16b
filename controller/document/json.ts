import { LIMITS, setOwn } from './raw-document.ts'
import type { Path, RawDocument, RawProblem } from './raw-document.ts'

/**
 * JSON text as one plain document. Pure.
 *
 * Guarantees: the same data as JSON.parse, and beyond it the place of everything, duplicate keys and a bound on depth.
 */
export const readJson = (text: string): RawDocument => {
  const problems: RawProblem[] = []
  const places = new Map<string, { readonly key: number; readonly value: number }>()
  let nulls = false
  let at = 0

  const space = (): void => {
    while (/[ \t\r\n]/.test(text.charAt(at)) && at < text.length) at++
  }
  const fail = (message: string, offset = at): never => {
    throw new JsonProblem({ code: 'Syntax', message: `not JSON: ${message}`, offset })
  }
  const expect = (character: string): void => {
    if (text.charAt(at) !== character)
      fail(at < text.length ? `${character} is missing here` : `it ends where ${character} is missing`)
    at++
  }

  const read = (path: Path, key: number): unknown => {
    space()
    places.set(JSON.stringify(path), { key, value: at })
    if (path.length > LIMITS.depth)
      throw new JsonProblem({ code: 'TooDeep', message: `nested deeper than ${LIMITS.depth} levels`, offset: at })
    const character = text.charAt(at)
    if (character === '{') return readObject(path)
    if (character === '[') return readArray(path)
    if (character === '"') return readString()
    const [word] = WORD.exec(text.slice(at, at + 64)) ?? ['']
    if (word === '') fail(at < text.length ? 'a value is missing here' : 'it ends where a value is missing')
    try {
      const value: unknown = JSON.parse(word)
      at += word.length
      return value
    } catch {
      return fail(`${word.slice(0, 20)} is no value`)
    }
  }

  const readObject = (path: Path): unknown => {
    const result: Record<string, unknown> = {}
    at++
    for (let first = true; ; first = false) {
      space()
      if (text.charAt(at) === '}') break
      if (!first) expect(',')
      space()
      const keyAt = at
      if (text.charAt(at) !== '"')
        fail(at < text.length ? 'a key in double quotes is missing here' : 'it ends inside an object')
      const key = readString()
      const inside = [...path, key]
      if (Object.hasOwn(result, key))
        throw new JsonProblem({
          code: 'DuplicateKey',
          message: `${inside.join('.')} is there twice`,
          offset: keyAt,
          path: inside,
        })
      space()
      expect(':')
      const value = read(inside, keyAt)
      if (value === null) nulls = true
      setOwn(result, key, value)
    }
    at++
    return result
  }

  const readArray = (path: Path): unknown => {
    const result: unknown[] = []
    at++
    for (space(); text.charAt(at) !== ']'; space()) {
      if (result.length > 0) expect(',')
      space()
      result.push(read([...path, result.length], at))
    }
    at++
    return result
  }

  const readString = (): string => {
    const start = at
    for (at++; text.charAt(at) !== '"'; at++) {
      if (text.charAt(at) === '\\') at++
      if (at >= text.length || text.charAt(at) < ' ') fail('the string does not end on its line', start)
    }
    at++
    try {
      return JSON.parse(text.slice(start, at)) as string
    } catch {
      return fail('the string has a bad escape', start)
    }
  }

  let value: unknown
  try {
    if (Buffer.byteLength(text) > LIMITS.documentBytes) {
      throw new JsonProblem({
        code: 'TooLarge',
        message: `the document is larger than ${LIMITS.documentBytes / 1024} KiB`,
        offset: 0,
      })
    }
    value = read([], 0)
    space()
    if (at < text.length) fail('something follows the end')
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error
    problems.push(error.problem)
    value = undefined
  }
  return {
    index: 0,
    offset: places.get('[]')?.value ?? 0,
    value,
    nulls,
    problems,
    broken: problems.length > 0,
    locate: (path, what) => {
      for (let length = path.length; length >= 0; length--) {
        const place = places.get(JSON.stringify(path.slice(0, length)))
        if (place !== undefined) return length === path.length ? place[what] : place.key
      }
      return 0
    },
  }
}

const WORD = /^[-+.\w]+/

class JsonProblem extends Error {
  readonly problem: RawProblem

  constructor(problem: RawProblem) {
    super(problem.message)
    this.problem = problem
  }
}
