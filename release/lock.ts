/** What is read of package-lock.json. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  /** Given where it isn't that of its folder. */
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly integrity?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly hasInstallScript?: boolean
}

/** Folders below node_modules that the published package needs. Pure. */
export const productionModules = (lock: Lock): readonly string[] =>
  Object.entries(lock.packages)
    .filter(([path, entry]) => path.startsWith('node_modules/') && entry.dev !== true && entry.devOptional !== true)
    .map(([path]) => path)

/** Packages whose code the page's script has in it: they are published, though in no folder of their own. */
export const INLINED = ['preact', 'htm'] as const
