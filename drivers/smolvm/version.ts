import { DriverError } from '../errors.ts'

/** Checks whether the output of `--version` is that of a supported smolvm. Pure. */
const MINIMUM = [1, 28, 1] as const

/** The version's three numbers, or throws `VersionUnsupported`. */
export const judgeVersion = (operation: string, said: string): string => {
  const text = said.trim()
  const version = /^smolvm (\d+)\.(\d+)\.(\d+)/.exec(text)
  if (version === null) {
    const detail = `it says "${text.slice(0, 80)}": another program of that name`
    throw new DriverError({
      code: 'VersionUnsupported',
      operation,
      detail,
      hint: 'pip install smolmachines, or give the right path with --smolvm PATH',
    })
  }
  const numbers = version.slice(1).map(Number)
  const first = numbers.findIndex((number, index) => number !== MINIMUM[index])
  if (first >= 0 && (numbers[first] ?? 0) < (MINIMUM[first] ?? 0)) {
    const detail = `${text.slice(0, 80)} is older than ${MINIMUM.join('.')}`
    throw new DriverError({ code: 'VersionUnsupported', operation, detail, hint: 'pip install --upgrade smolmachines' })
  }
  return numbers.join('.')
}

/** A Unix socket's path ends here; smolvm looks only when it starts a VM (smolvm-1.32 §1.20). */
const LONGEST_SOCKET = 107

/** Throws `InvalidRequest` if no VM could start below this folder. */
export const judgeCacheFolder = (folder: string): void => {
  const socket = `${folder}/vms/0123456789abcdef/agent.sock`
  const length = new TextEncoder().encode(socket).length
  if (length <= LONGEST_SOCKET) return
  throw new DriverError({
    code: 'InvalidRequest',
    operation: `use ${folder} for machines`,
    detail: `a socket path there has ${length} bytes, but at most ${LONGEST_SOCKET} are possible`,
    hint: 'set XDG_CACHE_HOME or SMOLVM_DATA_DIR to a shorter path',
  })
}
