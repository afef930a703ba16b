import { domainToASCII, domainToUnicode } from 'node:url'

/**
 * A host as it was written → its canonical name: lower-case ASCII (IDNA), one trailing dot aside. Pure.
 *
 * Guarantees: linear in the text; the same answer on every supported Node; a name never ends in a number, so no resolver
 *   takes it for an address in any spelling.
 * Caveats: `domainToASCII` parses a URL's host: it cuts at `/`, decodes `%`, drops tabs, rewrites addresses, and newer Nodes
 *   pass on invalid punycode. It is only asked about what can't be any of these, and its answer is checked like the text.
 */
export type Host = { readonly name: string } | { readonly fault: 'AddressLiteral' | 'BadHost' }

export const parseHost = (text: string): Host => {
  if (text.includes(':') || text.startsWith('[') || endsInNumber(text)) return { fault: 'AddressLiteral' }
  if (text.length > LONGEST_WRITTEN) return { fault: 'BadHost' }
  const ascii = isAscii(text) ? text.toLowerCase() : mapped(text)
  if (endsInNumber(ascii)) return { fault: 'AddressLiteral' }
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii
  return isName(name) ? { name } : { fault: 'BadHost' }
}

/** Mapping can make a text shorter, so more than a name's 253 characters are read. */
const LONGEST_WRITTEN = 1_024
const LONGEST = 253
/** Host names of the web use `_`, too. No label starts or ends with a hyphen. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** What follows the last dot, a trailing one aside, is what resolvers read as an address: decimal, octal, hexadecimal. */
const endsInNumber = (text: string): boolean => {
  const end = text.endsWith('.') ? text.length - 1 : text.length
  const last = text.slice(text.lastIndexOf('.', end - 1) + 1, end)
  return last.length <= LONGEST_WRITTEN ? /^(?:[0-9]+|0x.*)$/is.test(last) : /^(?:[0-9]|0x)/i.test(last)
}

const isAscii = (text: string): boolean => !/[^\0-\x7F]/.test(text)

/** Empty: it can't be mapped. */
const mapped = (text: string): string => (/^[A-Za-z0-9._\-\u0080-\uFFFF]*$/.test(text) ? domainToASCII(text) : '')

const isName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= LONGEST &&
  name.split('.').every((label) => LABEL.test(label) && (!label.startsWith('xn--') || isPunycode(label)))

/** It stands for a name that IDNA writes so, and in no other way. */
const isPunycode = (label: string): boolean => {
  const meant = domainToUnicode(label)
  return !isAscii(meant) && !meant.startsWith('xn--') && domainToASCII(meant) === label
}
