/** True if a folder contains the root or the state folder, or lies inside one: a bottle must not edit its own Bottle. Pure. */
export const isForbidden = (path: string, own: { readonly root: string; readonly stateDir: string }): boolean =>
  [own.root, own.stateDir].some((folder) => within(path, folder) || within(folder, path))

export const within = (inner: string, outer: string): boolean =>
  `${inner}/`.startsWith(outer === '/' ? '/' : `${outer}/`)
