/** Paths of values in plain data, and keys. Pure. */
export type Path = readonly (string | number)[]

/** Sets `__proto__` like any other key. */
export const setOwn = (target: Record<string, unknown>, key: string, value: unknown): void => {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}

/** As a person writes it: spec.bundle.mounts[0].source. */
export const formatPath = (path: Path): string =>
  path.reduce<string>(
    (text, segment) =>
      typeof segment === 'number' ? `${text}[${segment}]` : text === '' ? segment : `${text}.${segment}`,
    '',
  )
