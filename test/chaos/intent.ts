/**
 * The intent of people, by file: their last text, and its possible effects since the last rest.
 *
 * Flow: acts change the documents here and write `textOf` a file; rest compares. Guarantees: pure; what a controller
 *   killed in between may have seen is kept as sets of the texts written meanwhile, never guessed.
 */
export interface Doc {
  readonly short: string
  readonly count: number
  readonly git: boolean
  readonly bundle: 'one' | 'two'
  readonly disk: 'one' | 'two'
  readonly update: 'OnDelete' | 'Recreate'
  readonly suspend: boolean
  readonly policy: 'Delete' | 'Retain'
  /** An unknown key. */
  readonly slip: boolean
}

export interface File {
  readonly path: string
  readonly docs: readonly Doc[]
  /** No longer YAML. */
  readonly torn: boolean
  readonly remark: number
}

/** A name's history since the last rest. */
export interface Life {
  readonly short: string
  /** At the last rest; undefined if there was no record. */
  uid?: string | undefined
  /** The mark on its disk since the last rest. */
  marker?: string | undefined
  /** Source of that disk. */
  source?: string | undefined
  /** Its deletion may have been carried out. */
  mayBeNew: boolean
  /** Its document was missing at some time. */
  wasAway: boolean
  readonly policies: Set<Doc['policy']>
  readonly updates: Set<Doc['update']>
  readonly disks: Set<Doc['disk']>
}

export interface Intent {
  readonly files: ReadonlyMap<string, File>
  readonly lives: ReadonlyMap<string, Life>
  /** Paths that people removed since the last rest. */
  readonly removed: Set<string>
  put(file: File): void
  /** The same file elsewhere: no document is missing meanwhile. */
  move(from: string, file: File): void
  remove(path: string): void
  docsOf(short: string): readonly { readonly file: File; readonly doc: Doc }[]
  life(short: string): Life
  /** Starts a new period: only the present files count. */
  rested(): void
}

export const createIntent = (): Intent => {
  const files = new Map<string, File>()
  const lives = new Map<string, Life>()
  const removed = new Set<string>()

  const life = (short: string): Life => {
    const known = lives.get(short)
    if (known !== undefined) return known
    const fresh: Life = {
      short,
      mayBeNew: false,
      wasAway: false,
      policies: new Set(),
      updates: new Set(),
      disks: new Set(),
    }
    lives.set(short, fresh)
    return fresh
  }
  const docsOf: Intent['docsOf'] = (short) =>
    [...files.values()].flatMap((file) => file.docs.filter((doc) => doc.short === short).map((doc) => ({ file, doc })))

  const note = (doc: Doc): void => {
    const { policies, updates, disks } = life(doc.short)
    policies.add(doc.policy)
    updates.add(doc.update)
    disks.add(doc.disk)
  }
  const noteAway = (docs: readonly Doc[]): void => {
    for (const { short } of docs) {
      if (docsOf(short).length > 0) continue
      const its = life(short)
      its.wasAway = true
      if (its.uid === undefined || its.policies.has('Delete')) its.mayBeNew = true
    }
  }

  return {
    files,
    lives,
    removed,
    life,
    docsOf,
    put: (file) => {
      const before = files.get(file.path)?.docs ?? []
      files.set(file.path, file)
      removed.delete(file.path)
      for (const doc of file.docs) note(doc)
      noteAway(before)
    },
    move: (from, file) => {
      files.delete(from)
      removed.add(from)
      files.set(file.path, file)
      removed.delete(file.path)
      for (const doc of file.docs) note(doc)
    },
    remove: (path) => {
      const before = files.get(path)?.docs ?? []
      files.delete(path)
      removed.add(path)
      noteAway(before)
    },
    rested: () => {
      removed.clear()
      for (const its of lives.values()) {
        const docs = docsOf(its.short)
        its.wasAway = docs.length === 0
        its.mayBeNew = docs.length === 0 && its.uid === undefined
        // A refused document isn't in force yet.
        if (docs.some(({ file, doc }) => file.torn || doc.slip)) continue
        if (docs.length === 0) continue
        for (const set of [its.policies, its.updates, its.disks]) set.clear()
        for (const { doc } of docs) note(doc)
      }
    },
  }
}

export interface Words {
  slug(short: string): string
  bundle(which: Doc['bundle']): string
  disk(which: Doc['disk']): string
}

/** As people write it. `statuses`, by name, are the controller's, which people leave alone. */
export const textOf = (file: File, words: Words, statuses: ReadonlyMap<string, string> = new Map()): string => {
  const docs = file.docs.map((doc) => docText(doc, words) + (statuses.get(words.slug(doc.short)) ?? ''))
  return `# remark ${file.remark}: "kept" as it is,\t even this  \n${file.torn ? 'torn: [\n' : ''}${docs.join('---\n')}`
}

const docText = (doc: Doc, words: Words): string =>
  [
    'apiVersion: "bottled.dev/v1alpha1"   # ours',
    'kind: Bottle',
    'metadata:',
    `    name: '${words.slug(doc.short)}'`,
    'spec:',
    '    agent:   claude',
    `    env: { COUNT: "${doc.count}" }  # counts`,
    ...(doc.slip ? ['    agnet: claude'] : []),
    ...(doc.git ? ['    git: true'] : []),
    ...(doc.suspend ? ['    suspend: true'] : []),
    ...(doc.policy === 'Retain' ? ['    deletionPolicy: Retain'] : []),
    `    bundle: {image: "${words.bundle(doc.bundle)}"}`,
    '    machine:',
    `        image: ${words.disk(doc.disk)}`,
    `        updatePolicy: ${doc.update}`,
    '',
  ].join('\n')

/** The blocks of `status` in a text, by bottle name. */
export const statusesIn = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const part of text.split(/^---$/m)) {
    const [, name] = /^ {4}name: '([^']+)'/m.exec(part) ?? []
    const at = /^status:/m.exec(part)?.index
    if (name !== undefined && at !== undefined) found.set(name, part.slice(at))
  }
  return found
}
