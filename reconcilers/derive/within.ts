/** True if the inner path is the outer one or lies below it. Of absolute paths, by their text alone. Pure. */
export const within = (inner: string, outer: string): boolean =>
  `${inner}/`.startsWith(outer === '/' ? '/' : `${outer}/`)
