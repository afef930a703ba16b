import { stringify } from 'smol-toml'

/**
 * The Smolfile of a VM: env and allow list, and references to secrets if there are any. Pure.
 * Nothing else is common to all supported versions of smolvm (smolvm-1.32 §8).
 */
export interface SmolfileRequest {
  readonly env: Readonly<Record<string, string>>
  readonly bundleIp: string
  /** Absolute path of the file that holds each secret. */
  readonly secrets: Readonly<Record<string, string>>
}

export const renderSmolfile = ({ env, bundleIp, secrets }: SmolfileRequest): string => {
  const keys = Object.keys(secrets).toSorted()
  return `${stringify({
    env: Object.keys(env)
      .toSorted()
      .map((key) => `${key}=${env[key] ?? ''}`),
    network: { allow_cidrs: [`${bundleIp}/32`] },
    ...(keys.length === 0
      ? {}
      : { secrets: Object.fromEntries(keys.map((key) => [key, { from_file: secrets[key] ?? '' }])) }),
  }).trimEnd()}\n`
}
