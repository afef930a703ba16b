import type { Repository } from '../../egress/git/repository.ts'

/**
 * How a guest's git is told to use the gate in place of a repository's URL: as settings in its environment. Pure.
 *
 * Guarantees: with and without `.git`, and in the two forms of ssh, which a copied workspace may have; `origin` stays as it is
 *   written, for fetch and push. What the person set by GIT_CONFIG_COUNT comes first and stays.
 * Caveats: git compares the start of a URL. Names that go on with `-`, `_`, `.` (`.github.io`, too) are led back to themselves; what goes on with a
 *   letter or digit reaches the gate, which says so, unless it is written with `.git`, as the longer match wins.
 */
type Setting = readonly [key: string, value: string]

export const gateSettings = (repositories: readonly Repository[], gate: string): readonly Setting[] => {
  const seen = new Set<string>()
  return repositories.flatMap(({ name, url }) => {
    const bare = url.replace(/\.git$/, '')
    if (seen.has(bare)) return []
    seen.add(bare)
    const [, host = '', port, path = ''] = /^https:\/\/([^/:]+)(:[0-9]+)?\/(.*)$/.exec(bare) ?? []
    const ssh = port === undefined ? [`git@${host}:${path}`, `ssh://git@${host}/${path}`] : []
    return [
      ...[bare, `${bare}.git`, ...ssh].map((written): Setting => [`url.${gate}/${name}.insteadOf`, written]),
      ...['-', '_', '.', '.github'].map((next): Setting => [`url.${bare}${next}.insteadOf`, `${bare}${next}`]),
    ]
  })
}

/** As GIT_CONFIG_COUNT says; what isn't a number is none. */
export const gitConfigCount = (env: Readonly<Record<string, string>>): number => {
  const count = env['GIT_CONFIG_COUNT'] ?? ''
  return /^[0-9]{1,4}$/.test(count) ? Number(count) : 0
}

export const gateEnv = (
  env: Readonly<Record<string, string>>,
  repositories: readonly Repository[],
  gate: string,
): Readonly<Record<string, string>> => {
  const settings = gateSettings(repositories, gate)
  if (settings.length === 0) return {}
  const first = gitConfigCount(env)
  return {
    GIT_CONFIG_COUNT: String(first + settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${first + index}`, key],
        [`GIT_CONFIG_VALUE_${first + index}`, value],
      ]),
    ),
  }
}
