/** True where a folder holds the root or the state folder, or lies in one: a bottle must not be able to edit its own Bottle. Pure. */
export const isForbidden = (path: string, own: { readonly root: string; readonly stateDir: string }): boolean =>
  [own.root, own.stateDir].some((folder) => within(path, folder) || within(folder, path))

const within = (inner: string, outer: string): boolean => `${inner}/`.startsWith(outer === '/' ? '/' : `${outer}/`)
