/** Why something isn't served: a sentence for the agent's terminal. */
export class GateRefusal extends Error {
  constructor(text: string) {
    super(text)
    this.name = 'GateRefusal'
  }
}

/**
 * Why git could not speak with upstream, out of what it said. Pure.
 *
 * Guarantees: nothing of git's own text but a status of HTTP and a reason that we know.
 */
export const whyUpstream = (stderr: string, timedOut = false): string => {
  if (timedOut) return 'it took too long'
  const [, status] = /returned error: ([0-9]{3})/.exec(stderr) ?? []
  return (
    REASONS.find(([pattern]) => pattern.test(stderr))?.[1] ??
    (status === undefined ? 'it answered nothing that git understands' : `it answered ${status}`)
  )
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /could not read (Username|Password)|Authentication failed|returned error: 40[13]/,
    'it refuses the credential, or asks for one',
  ],
  [/returned error: 404|not found/i, 'it has no such repository, or shows it to others only'],
  [/returned error: 30[0-9]|redirect/i, 'it sends to another address, which is not followed: write that one as url'],
  [/certificate|SSL|TLS|gnutls/i, 'its certificate does not hold'],
  [/Operation too slow/, 'it is too slow'],
  [
    /Could not resolve|Failed to connect|Connection (refused|timed out|reset)|Couldn't connect/i,
    'it can not be reached',
  ],
  [/No space left/, 'the disk of the gate is full'],
]
