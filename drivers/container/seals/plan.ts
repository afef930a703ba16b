import { isDeepStrictEqual } from 'node:util'
import type { Container } from '../../ports.ts'
import type { SealRequest } from '../seals.ts'
import { HOLDER, HOLDER_ROLE, OWNER, ROLE } from './holder.ts'

/**
 * What to do until a holder runs as asked. Pure.
 *
 * Guarantees: a holder that a container joined is never removed, as that container's network is the holder's by id: with the holder
 *   its disk would be lost. What isn't ours is never touched. Its image and its rules may be older ones: what counts is what it
 *   has loaded, and what it loads by itself lets nothing out.
 */
export type HolderStep =
  | { readonly do: 'none' | 'make' }
  | { readonly do: 'start' | 'stop' | 'remove'; readonly id: string }
  /** Into the network as it is now, from these; stopped. */
  | { readonly do: 'rejoin'; readonly id: string; readonly from: readonly string[]; readonly running: boolean }
  | { readonly do: 'refuse'; readonly reason: 'NameTaken' | 'Busy' | 'Other'; readonly detail: string }

export const planHolder = (
  seal: SealRequest,
  found: Container | undefined,
  /** Names of the containers whose network is the holder's. */
  joined: readonly string[],
): HolderStep => {
  if (found === undefined) return { do: 'make' }
  const { id, labels, state, attachments } = found
  if (labels[ROLE] !== HOLDER_ROLE || labels[OWNER] !== seal.labels[OWNER])
    return { do: 'refuse', reason: 'NameTaken', detail: `container ${found.name} exists and is not of this bottle` }
  if (state === 'removing') return { do: 'refuse', reason: 'Busy', detail: `container ${found.name} is being removed` }
  const otherwise = differences(seal, found)
  // What it runs may be that of another version of ours, for an agent that has its network.
  if (joined.length === 0 && !isDeepStrictEqual(found.facts?.command, HOLDER.command)) return { do: 'remove', id }
  if (otherwise.length > 0)
    return joined.length === 0
      ? { do: 'remove', id }
      : {
          do: 'refuse',
          reason: 'Other',
          detail: `container ${found.name} has another ${otherwise.join(', another ')} than it was made with, and ${joined.join(', ')} uses its network`,
        }
  if (!isDeepStrictEqual(attachments, [{ networkId: seal.networkId, ip: seal.ip }])) {
    if (joined.length === 0) return { do: 'remove', id }
    return { do: 'rejoin', id, from: attachments.map(({ networkId }) => networkId), running: state !== 'exited' }
  }
  if (state === 'running') return { do: 'none' }
  return { do: state === 'paused' ? 'stop' : 'start', id }
}

const WORDS: Readonly<Record<Exclude<keyof typeof HOLDER, 'command'>, string>> = {
  user: 'user',
  dropsCapabilities: 'set of capabilities',
  noNewPrivileges: 'rule about new privileges',
  readOnlyRoot: 'root file system',
  mounts: 'set of mounts',
  tmpfs: 'set of folders in memory',
  restartPolicy: 'restart policy',
  extras: 'set of privileges',
}

/** Of its hardening, and of whose it is. */
const differences = ({ labels }: SealRequest, { facts, labels: has }: Container): readonly string[] => [
  ...KEYS.flatMap((key) => (isDeepStrictEqual(facts?.[key], HOLDER[key]) ? [] : [WORDS[key]])),
  ...(has[UID] === labels[UID] ? [] : ['bottle']),
]

const KEYS = Object.keys(WORDS) as readonly (keyof typeof WORDS)[]
const UID = 'dev.bottled.uid'
