/** Announces something that lasts when it begins, when its cause is another one, and when it is over. Pure. */
export const createTrouble = (
  announce: (type: 'Normal' | 'Warning', reason: string, message: string) => void,
  what: keyof typeof REASONS,
) => {
  const { begins, ends, over } = REASONS[what]
  let current: string | undefined
  return {
    why: (): string | undefined => current,
    set: (why: string | undefined): void => {
      if (why !== undefined && why !== current) announce('Warning', begins, why)
      if (why === undefined && current !== undefined) announce('Normal', ends, over)
      current = why
    },
  }
}

const REASONS = {
  folder: { begins: 'FolderUnreadable', ends: 'FolderReadable', over: 'the files can be read again' },
  server: { begins: 'ApiServerUnavailable', ends: 'ApiServerAvailable', over: 'the API server answers again' },
  watches: { begins: 'WatchLimit', ends: 'WatchesBack', over: 'every folder is watched again' },
} as const
