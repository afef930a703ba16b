/**
 * The ports and mounts of one machine as `machine ls --verbose` says them to people. Pure.
 *
 * Guarantees: undefined where a line can be read in two ways, or the machine isn't listed. Caveats: staged mounts have no line,
 *   so the caller compares the count with that of the JSON.
 */
export interface Opened {
  /** As `--remove-port` takes them. */
  readonly ports: readonly string[]
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly readOnly: boolean }[]
}

export const parseOpened = (text: string, name: string): Opened | undefined => {
  const lines = text.split('\n')
  const row = lines.findIndex((line) => line.startsWith(`${name} `))
  if (row < 0) return undefined
  const after = lines.slice(row + 1)
  const end = after.findIndex((line) => !line.startsWith('  '))
  const block = end < 0 ? after : after.slice(0, end)
  const ports = block.filter((line) => line.startsWith('  Port: ')).map(portOf)
  const mounts = block.filter((line) => line.startsWith('  Mount: ')).map(mountOf)
  const isClear = <T>(one: T | undefined): one is T => one !== undefined
  return ports.every(isClear) && mounts.every(isClear) ? { ports, mounts } : undefined
}

const portOf = (line: string): string | undefined => {
  const [, host, guest, protocol = ''] = /^ {2}Port: (\d+) -> (\d+)(\/udp)?$/.exec(line) ?? []
  return host === undefined ? undefined : `${host}:${guest}${protocol}`
}

const ARROW = ' -> '
const READ_ONLY = / \(ro\)$/

const mountOf = (line: string): Opened['mounts'][number] | undefined => {
  const [source = '', target = '', ...more] = line.slice('  Mount: '.length).replace(READ_ONLY, '').split(ARROW)
  const isPath = [source, target].every((path) => path.startsWith('/') && !path.includes(':'))
  return isPath && more.length === 0 ? { source, target, readOnly: READ_ONLY.test(line) } : undefined
}
