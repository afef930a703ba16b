import type { EgressAllow, EgressDeny, EgressPolicy } from '../schemas/egress.ts'
import { parsePattern } from './host-pattern.ts'
import { parsePathGlob } from './path-glob.ts'
import { parseTime } from './time.ts'

/**
 * What the schema of a policy can't say. Pure.
 *
 * Guarantees: what has no faults compiles, and every field that is given has an effect: nothing is promised that a proxy can't keep.
 */
export interface PolicyFault {
  readonly path: readonly (string | number)[]
  readonly at: 'key' | 'value'
  readonly message: string
}

export const policyFaults = (spec: EgressPolicy, presets: ReadonlySet<string>): readonly PolicyFault[] => [
  ...(spec.presets ?? []).flatMap((name, index) =>
    presets.has(name)
      ? []
      : [fault(['presets', index], `there is no preset "${name}": ${[...presets].join(', ') || 'none is known here'}`)],
  ),
  ...(spec.allow ?? []).flatMap((entry, index) => allowFaults(entry, ['allow', index])),
  ...(spec.deny ?? []).flatMap((entry, index) => sharedFaults(entry, ['deny', index])),
]

type Path = PolicyFault['path']

const fault = (path: Path, message: string, at: PolicyFault['at'] = 'value'): PolicyFault => ({ path, at, message })

const sharedFaults = (entry: EgressDeny, path: Path): readonly PolicyFault[] => {
  const { host, ports, methods, paths } = entry
  const name = parsePattern(host)
  return [
    ...('name' in name ? [] : [fault([...path, 'host'], HOST_FAULTS[name.fault])]),
    ...Object.entries({ ports, methods, paths }).flatMap(([key, list]) =>
      list?.length === 0 ? [fault([...path, key], `an empty list matches nothing: leave ${key} out`, 'key')] : [],
    ),
    ...(paths ?? []).flatMap((glob, index) => {
      const parsed = parsePathGlob(glob)
      return 'glob' in parsed ? [] : [fault([...path, 'paths', index], `no path matches it: ${parsed.fault}`)]
    }),
  ]
}

const HOST_FAULTS = {
  AddressLiteral: 'a literal address is always denied: write the name',
  BadHost: 'it must be a host name, or *. and a host name',
} as const

const allowFaults = (entry: EgressAllow, path: Path): readonly PolicyFault[] => {
  const { tls, credential, methods, paths, push, websocket, ports, until } = entry
  const without = (keys: Readonly<Record<string, unknown>>, why: string): readonly PolicyFault[] =>
    Object.entries(keys).flatMap(([key, value]) =>
      value === undefined || value === false ? [] : [fault([...path, key], `${key} ${why}`, 'key')],
    )
  return [
    ...sharedFaults(entry, path),
    ...(tls === 'passthrough'
      ? without(
          { methods, paths, credential, push, websocket },
          'means nothing with tls: passthrough, which is not looked into',
        )
      : []),
    ...(paths ?? []).flatMap((glob, index) => {
      const [parameter] = /;[^/]*/.exec(glob) ?? []
      return parameter === undefined
        ? []
        : [
            fault(
              [...path, 'paths', index],
              `servers may drop ${parameter}: write the path without it, or * in its place`,
            ),
          ]
    }),
    ...(websocket === true
      ? without({ push }, 'means nothing with websocket: true, which allows only WebSocket upgrades')
      : []),
    ...(websocket === true && methods !== undefined && !methods.includes('GET')
      ? [fault([...path, 'methods'], 'an upgrade to WebSocket is a GET: leave methods out', 'key')]
      : []),
    ...(credential === undefined ? [] : credentialFaults(credential, ports, [...path, 'credential'])),
    ...(until !== undefined && parseTime(until) === undefined
      ? [fault([...path, 'until'], 'it is no time that exists')]
      : []),
  ]
}

const credentialFaults = (
  { header, format = '{}' }: NonNullable<EgressAllow['credential']>,
  ports: readonly number[] = [],
  path: Path,
): readonly PolicyFault[] => [
  ...(FRAMING.test(header.replaceAll('_', '-'))
    ? [fault([...path, 'header'], `${header} belongs to the connection: it carries no credential`)]
    : []),
  ...(format.split('{}').length === 2 ? [] : [fault([...path, 'format'], 'it must hold {} once, for the secret')]),
  ...(ports.includes(80)
    ? [
        fault(
          path,
          'a credential never goes over port 80, which is plain HTTP: give that port an entry of its own',
          'key',
        ),
      ]
    : []),
]

/** Headers by which proxies and servers tell where a request ends, where it goes, and to whom. */
const FRAMING =
  /^(?:host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive|via|forwarded|x-forwarded-.*|proxy-.*|sec-websocket-.*)$/i
