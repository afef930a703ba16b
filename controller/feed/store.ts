import { formatComplaint } from '../document/complaint.ts'
import type { MayHold } from '../folder/read-safely.ts'
import type { UnreadableFolder } from '../folder/sweep.ts'
import type { ParsedDocument, ParsedFile } from '../document/parse.ts'
import type { KeptFile } from '../parsed/parsed-files.ts'

/**
 * The documents of all files, by bottle name. In memory: the feed fills it, passes read it. Pure.
 *
 * Guarantees: a file that can't be read or parsed is remembered as unclear and never as empty; documents are in the order
 *   of path and position, whatever order they were found in.
 */
export interface StoredDocument extends ParsedDocument {
  /** Relative to the root. */
  readonly path: string
}

/** A file or folder that may hold documents which could not be read. */
export interface Unclear {
  readonly path: string
  /** True if it is this file, or the folder that it was in. */
  covers(file: string): boolean
  /** `path:line:col: message`. */
  readonly why: string
  /** True if the bottle may be in it, as far as the file can be read. */
  mentions(name: string): boolean
}

export interface Store {
  /** Returns the names whose documents may have changed, as do `putUnreadable` and `drop`. */
  put(
    path: string,
    file: { readonly sha256: string; readonly text: string; readonly parsed: ParsedFile },
  ): ReadonlySet<string>
  /** `own`: it can hide only bottles that it already held; `text`: only those that this names. */
  putUnreadable(
    path: string,
    refused: { readonly why: string; readonly mayHold?: MayHold; readonly text?: string },
  ): ReadonlySet<string>
  /** All folders that can't be read now. They hide what was last seen in them. */
  putUnreadableFolders(folders: readonly UnreadableFolder[]): void
  drop(path: string): ReadonlySet<string>
  sha256(path: string): string | undefined
  /** After our own write, whose content is known without reading it. */
  noteStatus(path: string, index: number, status: unknown, sha256: string): void
  documents(name: string): readonly StoredDocument[]
  documentsIn(path: string): readonly StoredDocument[]
  unclear(): readonly Unclear[]
  names(): IterableIterator<string>
  paths(): Iterable<string>
  /** Files of which all is known as a parser would say it. */
  parsed(): readonly KeptFile[]
}

interface StoredFile {
  readonly sha256: string | undefined
  readonly documents: readonly StoredDocument[]
  readonly unclear: Unclear | undefined
  /** As parsed; undefined where a parser might say something else by now. */
  readonly foreign?: number | undefined
  /** Why it could not be read last, in full. */
  readonly refusal?: string
  /** Names found in the file; while it is unclear, also those found before. */
  readonly names: ReadonlySet<string>
}

export const createStore = (): Store => {
  const files = new Map<string, StoredFile>()
  const byName = new Map<string, readonly StoredDocument[]>()
  /** Computed when asked for, as each pass does; undefined after a file changed. */
  let unclear: readonly Unclear[] | undefined
  let folders: readonly Unclear[] = []

  const replace = (path: string, content: Omit<StoredFile, 'names'> | undefined): ReadonlySet<string> => {
    const before = files.get(path)?.names ?? new Set<string>()
    const names = new Set(content?.documents.flatMap(({ name }) => name ?? []) ?? [])
    const touched = new Set([...before, ...names])
    const file =
      content === undefined ? undefined : { ...content, names: content.unclear === undefined ? names : touched }
    if (files.get(path)?.unclear !== file?.unclear) unclear = undefined
    if (file === undefined) files.delete(path)
    else files.set(path, file)
    for (const name of touched) {
      const elsewhere = (byName.get(name) ?? []).filter((document) => document.path !== path)
      const here = file?.documents.filter((document) => document.name === name) ?? []
      const all = [...elsewhere, ...here].toSorted((a, b) =>
        a.path === b.path ? a.index - b.index : a.path < b.path ? -1 : 1,
      )
      if (all.length === 0) byName.delete(name)
      else byName.set(name, all)
    }
    return touched
  }

  return {
    put: (path, { sha256, text, parsed }) => {
      const nameless = parsed.documents.filter((document) => document.name === undefined)
      const complaint = parsed.complaints[0] ?? nameless[0]?.complaints[0]
      return replace(path, {
        sha256,
        documents: parsed.documents.map((document) => ({ ...document, path })),
        foreign: parsed.foreign,
        unclear:
          complaint === undefined
            ? undefined
            : {
                path,
                covers: (file) => file === path,
                why: formatComplaint(complaint),
                mentions: (name) => text.includes(name),
              },
      })
    },
    putUnreadable: (path, { why, mayHold, text }) => {
      // A pass reads its files again: what they say unchanged must not call for the next pass.
      const refusal = JSON.stringify([why, mayHold, text])
      if (files.get(path)?.refusal === refusal) return new Set()
      const { documents = [], names = new Set<string>() } = files.get(path) ?? {}
      const mentions = (name: string): boolean =>
        names.has(name) || (text === undefined ? mayHold !== 'own' : text.includes(name))
      const covers = (file: string): boolean => file === path || (mayHold === 'own' && file === '')
      const hides = { path, covers, why: `${path}: ${why}`, mentions }
      return replace(path, { sha256: undefined, documents, unclear: hides, refusal })
    },
    putUnreadableFolders: (unreadable) => {
      folders = unreadable.map(({ path, why }) => ({
        path,
        covers: (file) => file === '' || file.startsWith(path),
        why: `${path}: ${why}`,
        mentions: () => false,
      }))
      unclear = undefined
    },
    drop: (path) => replace(path, undefined),
    sha256: (path) => files.get(path)?.sha256,
    noteStatus: (path, index, status, sha256) => {
      const file = files.get(path)
      if (file === undefined) return
      const documents = file.documents.map((document) =>
        document.index === index ? { ...document, status } : document,
      )
      // A status moves the lines of what stands below it.
      const isAlone = documents.length === 1 && file.foreign === 0
      replace(path, { ...file, sha256, documents, foreign: isAlone ? 0 : undefined })
    },
    documents: (name) => byName.get(name) ?? [],
    documentsIn: (path) => files.get(path)?.documents ?? [],
    unclear: () => (unclear ??= [...[...files.values()].flatMap((file) => file.unclear ?? []), ...folders]),
    names: () => byName.keys(),
    paths: () => files.keys(),
    parsed: () =>
      [...files].flatMap(([path, { sha256, documents, unclear: hides, foreign }]) =>
        sha256 === undefined || hides !== undefined || foreign === undefined
          ? []
          : { path, sha256, parsed: { documents, foreign, complaints: [] } },
      ),
  }
}
