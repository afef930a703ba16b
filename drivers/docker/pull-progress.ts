/** Reads the progress in a pull's stream, line by line. Pure. */

export interface PullLine {
  readonly status?: string
  readonly id?: string
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
}

/** The error that may end a stream which began with 200. */
export const errorOf = (line: PullLine): string | undefined => line.errorDetail?.message ?? line.error

export interface PullProgress {
  /** A line for a person if this one changed something worth reporting. */
  next(line: PullLine): string | undefined
}

const DONE = new Set(['Pull complete', 'Already exists'])

/** Counts layers: byte counts change ten times a second and say little, as layers are fetched in parallel. */
export const createPullProgress = (): PullProgress => {
  const layers = new Map<string, boolean>()
  return {
    next: ({ status, id }) => {
      if (status === undefined) return undefined
      if (id === undefined || status.startsWith('Pulling from ')) {
        return /^(Digest|Status): /.test(status) || status.startsWith('Pulling from ') ? status : undefined
      }
      const done = DONE.has(status)
      const changed = !layers.has(id) || (done && layers.get(id) === false)
      if (changed) layers.set(id, done)
      if (!changed || !done) return undefined
      return `${[...layers.values()].filter(Boolean).length} of ${layers.size} layers`
    },
  }
}
