/** Talks with ports of a bundle by its own program in its container, where this host has no way there. */

export interface TalkRequest {
  /** Id. */
  readonly container: string
  /** Of the bundle. */
  readonly ip: string
  readonly talks: readonly {
    readonly port: number
    /** In latin1; undefined: connecting is all. */
    readonly say: string | undefined
  }[]
  /** How long each port has for its answer. */
  readonly ms: number
}

export interface Reply {
  readonly connected: boolean
  /** errno of its end, '' if the other side just closed; undefined if a limit ended it. */
  readonly failure: string | undefined
  /** In latin1, 64 KiB at most. */
  readonly text: string
}

/**
 * One reply for each, in their order; undefined: its image has no such program. Throws as any command in a container, and `Failed` where
 * what it prints isn't understood.
 */
export type TalkInside = (request: TalkRequest, signal?: AbortSignal) => Promise<readonly Reply[] | undefined>

/** A request whose answer ends with the connection, so that nothing of it is in pieces. */
export const httpRequest = (
  line: string,
  {
    ip,
    headers = {},
    body = '',
  }: { readonly ip: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
): string =>
  [
    `${line} HTTP/1.0`,
    `host: ${ip}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n')

/** Status and body of an answer; undefined: it isn't HTTP. */
export const httpAnswer = (text: string): { readonly status: number; readonly body: string } | undefined => {
  const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(text)?.[1]
  if (status === undefined) return undefined
  const end = text.indexOf('\r\n\r\n')
  const body = end < 0 ? '' : text.slice(end + 4)
  return { status: Number(status), body: Buffer.from(body, 'latin1').toString('utf8') }
}
