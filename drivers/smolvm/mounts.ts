import { DriverError } from '../errors.ts'
import { GUEST_FOLDER } from '../guest-folder.ts'
import type { Machine, MachineMounts } from '../ports.ts'
import { parseOpened } from './opened.ts'
import type { Opened } from './opened.ts'

/** The folders of the host that a machine has, as smolvm's flags say them. Pure. */
type Mounted = Opened['mounts'][number]

export const mountsOf = ({ mount, guestFolder }: MachineMounts): readonly Mounted[] => [
  ...(mount === undefined ? [] : [{ ...mount, readOnly: false }]),
  ...(guestFolder === undefined ? [] : [{ source: guestFolder, target: GUEST_FOLDER, readOnly: true }]),
]

/** Of `-v`. */
export const volumeOf = ({ source, target, readOnly }: Mounted): string => `${source}:${target}${readOnly ? ':ro' : ''}`

/** What `machine ls --verbose` says of it. Throws `InvalidRequest` where that isn't all. */
export const openedIn = (text: string, found: Machine, operation: string): Opened => {
  const opened = parseOpened(text, found.name)
  if (opened !== undefined && opened.ports.length === found.ports && opened.mounts.length === found.mounts)
    return opened
  throw new DriverError({
    code: 'InvalidRequest',
    operation,
    detail: `smolvm doesn't say which of its ${found.ports} ports and ${found.mounts} mounts are whose`,
    hint: `smolvm machine update --name ${found.name} with --remove-port or --remove-volume takes them back`,
  })
}

/** What `machine update` needs for a machine to have these, and no other; smolvm removes before it adds. */
export const mountFlags = ({ mounts }: Opened, wanted: MachineMounts): readonly string[] => {
  const asked = mountsOf(wanted)
  const isIn = (all: readonly Mounted[], one: Mounted): boolean =>
    all.some((each) => each.source === one.source && each.target === one.target && each.readOnly === one.readOnly)
  return [
    ...mounts
      .filter((each) => !isIn(asked, each))
      .flatMap(({ source, target }) => ['--remove-volume', `${source}:${target}`]),
    ...asked.filter((each) => !isIn(mounts, each)).flatMap((each) => ['-v', volumeOf(each)]),
  ]
}
