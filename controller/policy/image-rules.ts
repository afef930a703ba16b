import type { Path } from '../document/path.ts'
import { decided } from './finding.ts'
import type { Finding, Objection } from './finding.ts'
import { matchesGlob } from './glob.ts'
import type { Policy } from './policy.ts'

/** Which images a spec may name. What the controller's own `--bundle-image` names is its operator's choice. Pure. */
export const judgeImage = (field: Path, reference: string, policy: Policy): Finding => {
  const { images } = policy.spec
  const whole = wholeReference(reference)
  const isListed = images?.some((glob) => matchesGlob(glob, reference) || matchesGlob(glob, whole))
  return decided(
    { field, asked: reference },
    notListed(whole, isListed ?? policy.level !== 'restricted') ?? withoutDigest(reference, policy),
    { policy, ...(isListed === true ? { listed: { rule: 'images/listed', list: 'spec.images' } } : {}) },
  )
}

/** With the registry, the repository and the tag that Docker fills in: `node` is `docker.io/library/node:latest`. */
export const wholeReference = (reference: string): string => {
  // An id or its beginning: Docker takes it for any image it has, whatever that is called.
  if (/^(sha256:)?[0-9a-f]+$/.test(reference)) return reference
  const [first = '', ...rest] = reference.split('/')
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const named = hasRegistry ? reference : rest.length > 0 ? `docker.io/${reference}` : `docker.io/library/${reference}`
  const last = named.split('/').at(-1) ?? ''
  return /[:@]/.test(last) ? named : `${named}:latest`
}

const notListed = (whole: string, isAllowed: boolean): Objection =>
  isAllowed
    ? undefined
    : {
        rule: 'images/not-listed',
        why: 'is named by no glob of spec.images',
        remedy: `spec.images: [${JSON.stringify(whole)}]`,
      }

/** A tag may mean another image tomorrow. */
const withoutDigest = (reference: string, { level }: Policy): Objection =>
  level !== 'restricted' || /@sha256:[0-9a-f]{64}$/.test(reference) || /^sha256:[0-9a-f]{64}$/.test(reference)
    ? undefined
    : {
        rule: 'images/digest',
        why: 'is not named by its digest, and may mean another image tomorrow',
        remedy: 'write it as NAME@sha256:DIGEST (docker image inspect NAME shows its RepoDigests)',
      }
