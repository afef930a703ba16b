import { isRootUser } from '../../drivers/root-user.ts'
import type { Container, ContainerFacts, ContainerRequest, Mount } from '../../drivers/ports.ts'

/**
 * How a container is otherwise than asked, by what it is and not by its labels. Pure; every difference is a clause that
 * follows "because", and the same each time.
 */
export const differencesOf = (request: ContainerRequest, facts: ContainerFacts): readonly string[] => {
  const wrong = (isWrong: boolean, because: string): readonly string[] => (isWrong ? [because] : [])
  return [
    ...facts.extras.map((extra) => `it has ${extra}`),
    ...wrong(!facts.dropsCapabilities, 'it keeps capabilities'),
    ...wrong(!facts.noNewPrivileges, 'its processes may gain privileges'),
    ...userDifference(request.user, facts.user),
    ...wrong(
      facts.readOnlyRoot !== request.readOnlyRoot,
      `its root is ${facts.readOnlyRoot ? 'read-only' : 'writable'}`,
    ),
    ...wrong(!sameItems(facts.mounts.map(mountKey), request.mounts.map(mountKey)), 'its mounts are others'),
    ...wrong(!sameItems(facts.tmpfs, request.tmpfs), 'its folders in memory are others'),
    ...limit('memory limit', facts.memoryMiB, request.memoryMiB, ' MiB'),
    ...limit('limit of CPUs', facts.cpus, roundedCpus(request.cpus)),
    ...limit('limit of processes', facts.pids, request.pids),
    ...wrong(facts.restartPolicy !== 'no', `Docker restarts it by itself (${facts.restartPolicy})`),
    // Values may be secret.
    ...wrong(
      Object.entries(request.env).some(([key, value]) => facts.env[key] !== value),
      'its environment is another',
    ),
    ...wrong(
      request.command !== undefined && JSON.stringify(facts.command) !== JSON.stringify(request.command),
      'its command is another',
    ),
  ]
}

/** Where it stands otherwise than asked, as a list of all containers shows it. On our network it is, or this isn't asked. */
export const misplacementOf = (request: ContainerRequest, { name, attachments }: Container): string | undefined => {
  if (name !== request.name) return `it was renamed to ${name}`
  if (attachments.length > 1) return 'it is on a further network'
  const ip = attachments.find(({ networkId }) => networkId === request.networkId)?.ip
  // While it is stopped Docker may know none.
  if (ip !== undefined && ip !== '' && ip !== request.ip) return `its address is ${ip} and not ${request.ip}`
  return undefined
}

/** Without a wish it runs as the image's own user, or as nobody: never as root. */
const userDifference = (asked: string | undefined, user: string): readonly string[] => {
  if (asked !== undefined) return user === asked ? [] : [`its user is ${user || "the image's"} and not ${asked}`]
  return isRootUser(user) ? ['its user is root'] : []
}

const limit = (what: string, found: number, asked: number, unit = ''): readonly string[] => {
  if (found === asked) return []
  const words = (value: number): string => (value === 0 ? 'none' : `${value}${unit}`)
  return [`its ${what} is ${words(found)} and not ${words(asked)}`]
}

/** As finely as Docker counts. */
const roundedCpus = (cpus: number | undefined): number => Math.round((cpus ?? 0) * 1e9) / 1e9

const mountKey = ({ source, target, readOnly }: Mount): string => JSON.stringify([source, target, readOnly])

const sameItems = (found: readonly string[], asked: readonly string[]): boolean =>
  JSON.stringify(found.toSorted()) === JSON.stringify(asked.toSorted())
