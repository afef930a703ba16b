/**
 * Whether Docker would run this user as uid 0. Docker reads the part before the colon as a decimal number, with leading zeros
 * and a sign, or as a name; without one it takes root. Pure.
 */
export const isRootUser = (user: string): boolean => {
  const name = (user.split(':')[0] ?? '').trim()
  return name === '' || name === 'root' || /^[+-]?0+$/.test(name)
}
