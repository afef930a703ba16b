/** Sizes as people write them. Pure. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `512 B`, `3.4 MiB`, `16 GiB`. */
export const humanSize = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
  const value = bytes / 1024 ** power
  return `${value < 10 && power > 0 ? String(Math.round(value * 10) / 10) : Math.round(value)} ${UNITS[power] ?? ''}`
}

/** `500M`, `16Gi`, `16GiB`, `1.5T`, plain bytes; a power of 1,024 each. Undefined for any other text. */
export const parseSize = (text: string): number | undefined => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B?)$/i.exec(text) ?? []
  if (number === '') return undefined
  return Math.floor(Number(number) * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit.toUpperCase()))
}
