import type { Facts, Target } from './target.ts'

/**
 * The part of the table that goes through the proxy of the bundle: names that lead inward, addresses in every spelling, requests
 * that two readers read in two ways. Pure.
 *
 * Assumptions: what is aimed at is this host's port that answers, so that a way in is heard whatever the proxy says of it.
 */
export const proxyTargets = ({ bundleIp, gateway, port, inward = [] }: Facts): readonly Target[] => {
  const row = (what: string, send: string, more: Partial<Target> = {}): Target => ({
    what: `${what} through its proxy`,
    attempt: { kind: 'tcp', ip: bundleIp, port: 8888, send },
    expect: 'nothing',
    through: 'proxy',
    ...more,
  })
  const host = `${gateway}:${port}`
  const allowed = inward[0] === undefined ? [] : [`${inward[0].name}:${port}`]
  return [
    row('a name that nobody has,', byProxy(NOBODY), { expect: 'refusal' }),
    row('an address of this host', byProxy(host)),
    ...spellings(gateway).map((spelled) => row(`this host, spelled ${spelled},`, byProxy(`${spelled}:${port}`))),
    row('this host by a tunnel', `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n${plain(host)}`, {
      through: 'tunnel',
    }),
    row('this host behind a refused request', `${open(NOBODY)}\r\n\r\n${byProxy(host)}`),
    row(
      'this host behind a body of two lengths',
      `POST http://${NOBODY}/ HTTP/1.1\r\nHost: ${NOBODY}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${byProxy(host)}`,
    ),
    row('this host behind a bare line end', `${open(NOBODY)}\nX: \n\n${byProxy(host)}`),
    ...allowed.flatMap((name) => [
      row(
        'this host behind an allowed Host',
        `GET http://${host}/ HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`,
      ),
      row(
        'this host in the Host of an allowed name',
        `GET http://${name}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      ),
      row('this host in a second Host', `${open(name)}\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    ]),
    ...inward.map(({ name, what }) =>
      row(`${what}, by an allowed name,`, byProxy(`${name}:${port}`), { judged: true }),
    ),
    ...inward
      .filter(({ name }) => name.includes('.private.'))
      .map(({ name, what }) =>
        row(
          `${what}, by an allowed name and a tunnel,`,
          `CONNECT ${name}:${port} HTTP/1.1\r\nHost: ${name}:${port}\r\n\r\n${plain(name)}`,
          { through: 'tunnel' },
        ),
      ),
  ]
}

/** Reserved, RFC 2606. */
const NOBODY = 'nobody.invalid'

/** A first line and a Host, without the end of the head. */
const open = (authority: string): string => `GET http://${authority}/ HTTP/1.1\r\nHost: ${authority}`

export const byProxy = (authority: string): string => `${open(authority)}\r\nConnection: close\r\n\r\n`

const plain = (host: string): string => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`

/** Of an IPv4 address, as programs take them: one number, hexadecimal, octal, three parts, in an IPv6 address. */
const spellings = (ip: string): readonly string[] => {
  const parts = ip.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = parts
  const whole = ((a * 256 + b) * 256 + c) * 256 + d
  return [
    String(whole),
    `0x${whole.toString(16).padStart(8, '0')}`,
    parts.map((part) => `0${part.toString(8)}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `[::ffff:${ip}]`,
  ]
}
