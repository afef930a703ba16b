import type { Facts } from './check.ts'

/** At or below root or state folder. Pure. */
export const isOurs = (path: string, { root, stateDir }: Pick<Facts, 'root' | 'stateDir'>): boolean =>
  [root, stateDir].some((ours) => path === ours || path.startsWith(`${ours}/`))
