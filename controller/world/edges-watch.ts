import type { EdgesLook, Firewall } from '../../drivers/ports.ts'
import { networkName } from '../../reconcilers/derive/names.ts'
import { messageOf } from '../../drivers/message.ts'

/**
 * What the last look at the firewall showed, by bottle. Pure.
 *
 * Flow: rules have no events, and nothing hurries: what is asked each resync is what the passes after it compare.
 */
export interface EdgesWatch {
  /** Looks again, and reports the networks whose rules differ. Never throws. */
  refresh(): Promise<void>
  /** All that the last look says of a bottle: the same text as long as it says the same. */
  of(identity: string): string
}

export const createEdgesWatch = (options: {
  readonly firewall: Pick<Firewall, 'look' | 'last'>
  readonly signal: AbortSignal
  readonly onChange: (networks: ReadonlySet<string>) => void
  readonly onProblem: (why: string) => void
}): EdgesWatch => {
  const { firewall, signal, onChange, onProblem } = options
  let indexed: EdgesLook | undefined
  let texts: ReadonlyMap<string, string> = new Map()

  return {
    refresh: async () => {
      const before = byNetwork(firewall.last())
      try {
        const after = byNetwork(await firewall.look(signal))
        const names = [...before].flatMap(([name, text]) => (after.get(name) === text ? [] : [name]))
        if (names.length > 0) onChange(new Set(names))
      } catch (error) {
        if (!signal.aborted) onProblem(messageOf(error))
      }
    },
    of: (identity) => {
      const look = firewall.last()
      if (look === undefined) return 'never looked at'
      if (!look.may) return `may not: ${look.why}`
      if (look !== indexed) {
        texts = textsOf(look)
        indexed = look
      }
      return texts.get(identity) ?? 'none'
    },
  }
}

type Readable = Extract<EdgesLook, { readonly may: true }>

/** Rules that carry the identity but aren't whole count, too. */
const textsOf = ({ closed, identities }: Readable): ReadonlyMap<string, string> => {
  const texts = new Map(identities.map((identity) => [identity, 'not whole']))
  for (const edge of closed) texts.set(edge.identity, `${texts.get(edge.identity) ?? ''} ${JSON.stringify(edge)}`)
  return texts
}

const byNetwork = (look: EdgesLook | undefined): ReadonlyMap<string, string> =>
  new Map(
    look?.may === true ? look.closed.map((edge) => [networkName(edge.identity), JSON.stringify(edge)] as const) : [],
  )
