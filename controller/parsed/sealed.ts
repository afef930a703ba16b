import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * A text that only who has the key can have written. Pure.
 *
 * Guarantees: opened only if every byte is as it was sealed, by this version and with this key. A text that is torn, forged, or of
 *   an older or newer version is undefined.
 */
export interface Seal {
  readonly key: Buffer
  /** Of who reads and writes; another one's texts count as lost. */
  readonly version: string
}

export const sealed = (body: string, seal: Seal): string => `${macOf(body, seal)}\n${body}`

export const opened = (text: string, seal: Seal): string | undefined => {
  const mac = text.slice(0, MAC_LENGTH)
  if (text[MAC_LENGTH] !== '\n' || !/^[0-9a-f]+$/.test(mac)) return undefined
  const body = text.slice(MAC_LENGTH + 1)
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(body, seal))) ? body : undefined
}

const MAC_LENGTH = 64

const macOf = (body: string, { key, version }: Seal): string =>
  createHmac('sha256', key)
    .update(`${JSON.stringify(['bottled parsed files', version])}\n`)
    .update(body)
    .digest('hex')
