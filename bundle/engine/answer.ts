import { STATUS_CODES } from 'node:http'
import { DENIED_HEADER } from './port.ts'

/** A whole answer of ours, after which the connection ends; `reason` marks a denial. */
export const answerOf = ({
  status,
  reason,
  text,
}: {
  readonly status: number
  readonly reason?: string
  readonly text: string
}): string => {
  const body = `${text}\n`
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...(reason === undefined ? [] : [`${DENIED_HEADER}: ${reason.replace(/[^\w-]/g, '')}`]),
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
