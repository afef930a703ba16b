import { printParseErrorCode, visit } from 'jsonc-parser'
import type { TextFault } from './fault.ts'
import { LIMITS } from './limits.ts'
import type { Path } from './path.ts'
import type { RawDocument } from './raw-document.ts'

/**
 * JSON text as one plain document. Pure.
 *
 * Guarantees: accepts what JSON.parse accepts, with its data, except for duplicate keys and deep nesting; stops at the
 *   first fault, so that nesting costs no stack.
 */
export const readJson = (text: string): RawDocument => {
  const { places, nulls, fault } = survey(text)
  return {
    index: 0,
    offset: places.get('[]')?.value ?? 0,
    value: fault === undefined ? JSON.parse(text) : undefined,
    nulls,
    faults: fault === undefined ? [] : [fault],
    broken: fault !== undefined,
    locate: (path, what) => {
      for (let length = path.length; length >= 0; length--) {
        const place = places.get(JSON.stringify(path.slice(0, length)))
        if (place !== undefined) return length === path.length ? place[what] : place.key
      }
      return 0
    },
  }
}

interface Survey {
  /** By path. */
  readonly places: ReadonlyMap<string, Place>
  readonly nulls: boolean
  readonly fault: TextFault | undefined
}

interface Place {
  readonly key: number
  readonly value: number
}

const survey = (text: string): Survey => {
  const places = new Map<string, Place>()
  let nulls = false
  const enter = (offset: number, path: Path): void => {
    if (path.length > LIMITS.depth)
      throw new Stop({ code: 'TooDeep', message: `nested deeper than ${LIMITS.depth} levels`, offset })
    const id = JSON.stringify(path)
    places.set(id, { key: places.get(id)?.key ?? offset, value: offset })
  }
  try {
    if (Buffer.byteLength(text) > LIMITS.documentBytes) {
      const message = `the document is larger than ${LIMITS.documentBytes / 1024} KiB`
      throw new Stop({ code: 'TooLarge', message, offset: 0 })
    }
    visit(
      text,
      {
        onObjectBegin: (...[offset, , , , pathOf]) => enter(offset, pathOf()),
        onArrayBegin: (...[offset, , , , pathOf]) => enter(offset, pathOf()),
        onLiteralValue: (...[value, offset, , , , pathOf]) => {
          const path = pathOf()
          enter(offset, path)
          if (value === null && typeof path.at(-1) === 'string') nulls = true
        },
        onObjectProperty: (...[key, offset, , , , pathOf]) => {
          const path = [...pathOf(), key]
          if (places.has(JSON.stringify(path)))
            throw new Stop({ code: 'DuplicateKey', message: `${path.join('.')} is there twice`, offset, path })
          enter(offset, path)
        },
        onError: (error, offset, length) => {
          const word = text.slice(offset, offset + Math.min(length, 20))
          const message = wordsOf(printParseErrorCode(error), word)
          throw new Stop({ code: 'Syntax', message: `not JSON: ${message}`, offset })
        },
      },
      { disallowComments: true },
    )
    return { places, nulls, fault: undefined }
  } catch (error) {
    if (error instanceof Stop) return { places, nulls, fault: error.fault }
    throw error
  }
}

class Stop extends Error {
  readonly fault: TextFault

  constructor(fault: TextFault) {
    super(fault.message)
    this.fault = fault
  }
}

type SyntaxError = ReturnType<typeof printParseErrorCode>

const wordsOf = (error: SyntaxError, word: string): string => {
  const missing = MISSING[error]
  if (missing !== undefined) return word === '' ? `it ends where ${missing} is missing` : `${missing} is missing here`
  return WORDS[error] ?? `invalid word ${word}: keys and strings need double quotes`
}

const MISSING: Readonly<Partial<Record<SyntaxError, string>>> = {
  PropertyNameExpected: 'a key in double quotes',
  ValueExpected: 'a value',
  ColonExpected: ':',
  CommaExpected: ',',
  CloseBraceExpected: '}',
  CloseBracketExpected: ']',
}

const WORDS: Readonly<Partial<Record<SyntaxError, string>>> = {
  InvalidNumberFormat: 'invalid number',
  UnexpectedEndOfNumber: 'invalid number',
  EndOfFileExpected: 'something follows the end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfString: 'the string does not end on its line',
  InvalidCharacter: 'the string has a control character',
  InvalidEscapeCharacter: 'the string has a bad escape',
  InvalidUnicode: 'the string has a bad escape',
}
