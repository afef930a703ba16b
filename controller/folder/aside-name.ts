/**
 * The names that stand beside a file while it is being written. Pure.
 *
 * `.<name>.bottled-<hash>` is the original, taken aside. The name holds half the hash of the old text and half that of the
 * new one, so recovery can classify the files by content. `….new` is the new text before it has the name, `….in` the same
 * text once it had it: where that exists and the name is missing, a person removed or moved the file.
 */
export interface Aside {
  readonly name: string
  /** First 16 hex digits of the SHA-256 of the text taken aside. */
  readonly old: string
  /** The same of the text to take its place. */
  readonly fresh: string
  readonly kind: 'original' | 'new' | 'linked'
}

const HALF = 16
const KINDS = { '': 'original', '.new': 'new', '.in': 'linked' } as const
const PATTERN = /^\.(.+)\.bottled-([0-9a-f]{16})([0-9a-f]{16})(\.new|\.in)?$/s

export const asideName = (name: string, { old, fresh }: { readonly old: string; readonly fresh: string }): string =>
  `.${name}.bottled-${half(old)}${half(fresh)}`

export const newName = (aside: string): string => `${aside}.new`

export const linkedName = (aside: string): string => `${aside}.in`

export const parseAside = (name: string): Aside | undefined => {
  const [, of, old, fresh, suffix = ''] = PATTERN.exec(name) ?? []
  if (of === undefined || old === undefined || fresh === undefined) return undefined
  return { name: of, old, fresh, kind: KINDS[suffix as keyof typeof KINDS] }
}

/** As it stands in a name. */
export const half = (sha256: string): string => sha256.slice(0, HALF)
