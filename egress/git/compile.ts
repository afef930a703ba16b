import type { GitRepository } from '../../schemas/bottle.ts'
import type { Repository } from './repository.ts'
import { parseRepositoryUrl } from './url.ts'

/** What a person wrote → what the gate is told, or what is wrong with it. Pure. */
export type CompiledRepositories =
  | { readonly ok: true; readonly repositories: readonly Repository[] }
  | { readonly ok: false; readonly faults: readonly RepositoryFault[] }

export interface RepositoryFault {
  /** From the list on: `[0, 'url']`. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

export const compileRepositories = (written: readonly GitRepository[]): CompiledRepositories => {
  const names = new Set<string>()
  const faults: RepositoryFault[] = []
  const repositories = written.map((each, index): Repository => {
    if (names.has(each.name)) faults.push({ path: [index, 'name'], message: `two repositories are named ${each.name}` })
    names.add(each.name)
    const parsed = parseRepositoryUrl(each.url)
    if ('fault' in parsed) faults.push({ path: [index, 'url'], message: parsed.fault })
    const { credential } = each
    return {
      name: each.name,
      url: 'fault' in parsed ? each.url : parsed.url,
      ...(credential === undefined
        ? {}
        : { credential: { secret: credential.secret, username: credential.username ?? DEFAULT_USER } }),
      fetch: each.fetch ?? true,
      push: each.push ?? [],
      maxPackMiB: each.maxPackMiB ?? 512,
      review: each.review ?? false,
      private: each.private ?? false,
    }
  })
  return faults.length > 0 ? { ok: false, faults } : { ok: true, repositories }
}

/** GitHub's; GitLab and Gitea take any name with a token. */
const DEFAULT_USER = 'x-access-token'
