import type { Stage } from './stage.ts'
import { quoted } from './stage.ts'

/** Everything that could be left over or duplicated, seen from outside the controller in one call. */
export interface Look {
  readonly vmms: readonly string[]
  /** smolvm calls still running. */
  readonly calls: readonly string[]
  readonly machines: readonly { readonly name: string; readonly state: string; readonly pid?: number | null }[]
  readonly containers: readonly string[]
  readonly networks: readonly string[]
  readonly records: readonly string[]
  /** Data folders of VMs. */
  readonly folders: readonly string[]
  /** Our files beside the user's. */
  readonly strays: readonly string[]
  readonly files: Readonly<Record<string, string>>
  /** The answers of a guest: boot id, its env, the file kept on its disk, the copied workspace. */
  readonly guests: Readonly<Record<string, readonly string[]>>
}

const SECTIONS = {
  vmms: 'pgrep -u agent -fa " _boot-vm "',
  calls: 'pgrep -u agent -fa "smolvm machine (create|start|stop|delete|update|exec) "',
  machines: 'smolvm machine ls --json',
  containers: `docker ps -a --filter label=dev.bottled.owner --format '{{.Names}} {{.State}}'`,
  networks: `docker network ls --filter label=dev.bottled.owner --format '{{.Name}}'`,
  records: 'ls rounds/.bottled/bottles',
  folders: `find .cache/smolvm/vms -mindepth 1 -maxdepth 1 -type d -regextype posix-extended -regex '.*/[0-9a-f]{16}'`,
  strays: `find rounds -mindepth 1 -maxdepth 1 -name '.*' ! -name .bottled`,
} as const

/** `mark` leaves a file on the disks of these bottles' guests after the look. */
export const lookAround = async (
  stage: Stage,
  {
    names,
    running,
    mark,
  }: {
    readonly names: readonly string[]
    readonly running: readonly string[]
    readonly mark: Readonly<Record<string, string>>
  },
): Promise<Look> => {
  const guest = (name: string): string => {
    const left = mark[name]
    const ask =
      'cat /proc/sys/kernel/random/boot_id; echo "$ROUND"; cat /root/kept 2> /dev/null || echo nothing; cat /workspace/note 2> /dev/null || echo nothing'
    const script = left === undefined ? ask : `${ask}; echo ${left} > /root/kept && sync`
    return `smolvm machine exec --name bottle-${name} --timeout 40s -- sh -c ${quoted(script)}`
  }
  const text = await stage.user(
    [
      ...Object.entries(SECTIONS).map(([title, command]) => [title, command]),
      ...names.map((name) => [`file ${name}`, `cat rounds/${name}.yaml 2> /dev/null`]),
      ...running.map((name) => [`guest ${name}`, guest(name)]),
    ]
      .map(([title, command]) => `echo '== ${title}'; ${command}; echo`)
      .join('\n'),
    180_000,
  )
  const parts = new Map(
    text
      .split(/^== /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1, -1)]),
  )
  const lines = (title: string): readonly string[] =>
    (parts.get(title) ?? '').split('\n').filter((line) => line.trim() !== '')
  return {
    vmms: lines('vmms'),
    calls: lines('calls'),
    machines: JSON.parse(parts.get('machines') ?? '[]') as Look['machines'],
    containers: lines('containers').toSorted(),
    networks: lines('networks').toSorted(),
    records: lines('records').toSorted(),
    folders: lines('folders'),
    strays: lines('strays'),
    files: Object.fromEntries(names.map((name) => [name, parts.get(`file ${name}`) ?? ''])),
    guests: Object.fromEntries(running.map((name) => [name, lines(`guest ${name}`)])),
  }
}
