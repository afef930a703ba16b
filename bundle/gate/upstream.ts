import { judgeAddresses } from '../../egress/address/address.ts'
import type { Repository } from '../../egress/git/repository.ts'
import { parseRepositoryUrl } from '../../egress/git/url.ts'
import type { Upstream } from './git-env.ts'
import { GateRefusal } from './refusal.ts'

/**
 * Where a repository's upstream is, and the credential for it. Pure but for what it is given.
 *
 * Guarantees: a name is looked up once, each of its addresses judged as the proxy does (egress/address/), and git is told which ones
 *   to use: it looks nothing up. A credential that is named and missing refuses.
 */
export interface UpstreamSetting {
  lookUp(host: string): Promise<readonly string[]>
  /** CIDRs that must not be reached. */
  own(): readonly string[]
  secret(name: string): string | undefined
}

export const upstreamOf = async (repository: Repository, setting: UpstreamSetting): Promise<Upstream> => {
  const { name, url, credential } = repository
  const at = parseRepositoryUrl(url)
  if ('fault' in at) throw new GateRefusal(`the url of ${name} means nothing: ${at.fault}`)
  const value = credential === undefined ? undefined : setting.secret(credential.secret)
  if (credential !== undefined && (value === undefined || !/^[!-~]+$/.test(value)))
    throw new GateRefusal(`the secret ${credential.secret}, by which ${name} is read, is not here`)
  const addresses = await setting.lookUp(at.host).catch(() => [])
  const { usable, refused } = judgeAddresses({ addresses, own: setting.own(), private: repository.private })
  if (usable.length === 0)
    throw new GateRefusal(
      refused[0] === undefined
        ? `${name} can't be read from its upstream: ${at.host} has no address`
        : `${name} can't be read from its upstream: ${at.host} may not be connected to, as ${refused[0].why}`,
    )
  return {
    ...at,
    addresses: usable,
    ...(credential === undefined || value === undefined ? {} : { login: { username: credential.username, value } }),
  }
}
