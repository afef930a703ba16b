/**
 * The environment of each git that the gate runs: nothing of ours, nothing of the machine's, every setting that matters pinned. Pure.
 *
 * Guarantees: git reads no file of settings but a mirror's own, which only the gate writes, and what stands here wins over it;
 *   no hook but ours is run; only https is spoken, to the addresses that were judged, and no redirect is followed.
 * Caveats: the credential is in the environment of the one child that speaks with upstream, and of what it starts.
 */
export interface GitPlaces {
  /** Where programs are. */
  readonly path: string
  /** PEM: what servers are verified by. */
  readonly caFile: string
  /** With `pre-receive`, and nothing else. */
  readonly hooks: string
}

export type Settings = readonly (readonly [key: string, value: string])[]

export const gitEnv = (
  { path }: Pick<GitPlaces, 'path'>,
  settings: Settings,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => ({
  PATH: path,
  LANG: 'C',
  LC_ALL: 'C',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_CONFIG_COUNT: String(settings.length),
  ...Object.fromEntries(
    settings.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
  ...more,
})

/** For every git. Memory is small: the container has 256 MiB, and a proxy in it. */
export const COMMON: Settings = [
  ['safe.directory', '*'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['protocol.allow', 'never'],
  ['credential.helper', ''],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['core.packedGitLimit', '64m'],
  ['core.packedGitWindowSize', '8m'],
  ['core.deltaBaseCacheLimit', '16m'],
  ['core.bigFileThreshold', '8m'],
  ['pack.threads', '1'],
  ['pack.windowMemory', '16m'],
  ['pack.deltaCacheSize', '8m'],
]

export const uploadSettings: Settings = [
  ...COMMON,
  ['uploadpack.allowFilter', 'true'],
  ['uploadpack.allowAnySHA1InWant', 'false'],
  ['uploadpack.advertiseBundleURIs', 'false'],
]

export const receiveSettings = ({ hooks }: Pick<GitPlaces, 'hooks'>, maxPackMiB: number): Settings => [
  ...COMMON,
  ['core.hooksPath', hooks],
  ['transfer.fsckObjects', 'true'],
  ['receive.maxInputSize', String(maxPackMiB * 2 ** 20)],
  ['receive.unpackLimit', '100'],
  ['receive.autogc', 'false'],
  ['receive.updateServerInfo', 'false'],
  ['receive.advertisePushOptions', 'false'],
  ['receive.denyDeletes', 'true'],
  ['receive.denyNonFastForwards', 'true'],
  ['receive.denyCurrentBranch', 'ignore'],
]

export interface Upstream {
  readonly url: string
  readonly host: string
  readonly port: number
  /** Judged. */
  readonly addresses: readonly string[]
  readonly login?: { readonly username: string; readonly value: string }
}

export const upstreamSettings = (
  { caFile }: Pick<GitPlaces, 'caFile'>,
  { url, host, port, addresses, login }: Upstream,
): Settings => [
  ...COMMON,
  ['protocol.https.allow', 'always'],
  ['http.sslVerify', 'true'],
  ['http.sslCAInfo', caFile],
  ['http.followRedirects', 'false'],
  ['http.proxy', ''],
  ['http.curloptResolve', `${host}:${port}:${addresses.map(bracketed).join(',')}`],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '60'],
  ['fetch.unpackLimit', '100'],
  ...(login === undefined
    ? []
    : ([
        [
          `http.${url}.extraHeader`,
          `Authorization: Basic ${Buffer.from(`${login.username}:${login.value}`).toString('base64')}`,
        ],
      ] as const)),
]

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)
