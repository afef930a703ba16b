import { createHash } from 'node:crypto'
import type { Lock } from './lock.ts'
import { INLINED, productionModules } from './lock.ts'

/**
 * A software bill of materials (CycloneDX 1.5, JSON) from package-lock.json. Pure.
 *
 * Guarantees: every dependency that is published is in it, once, and the same lock gives the same text: the serial number
 *   comes from the content, there is no time. Caveats: `npm sbom --omit dev` leaves out what a development dependency
 *   needs as well (npm 11).
 */
export const sbomOf = (
  manifest: { readonly name: string; readonly version: string; readonly license: string },
  lock: Lock,
): string => {
  const components = new Map(
    [...productionModules(lock), ...inlinedIn(lock)].map((path) => {
      const {
        version = '',
        license,
        integrity,
        name = path.replace(/^.*node_modules\//, ''),
      } = lock.packages[path] ?? {}
      const ref = `${name}@${version}`
      const component = {
        type: 'library',
        'bom-ref': ref,
        name,
        version,
        ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
        purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
        ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
      }
      return [ref, component]
    }),
  )
  const { name, version, license } = manifest
  const content = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `${name}@${version}`,
        name,
        version,
        licenses: [{ expression: license }],
        purl: `pkg:npm/${name}@${version}`,
      },
    },
    components: [...components.values()],
  }
  return `${JSON.stringify({ ...content, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}` }, null, 2)}\n`
}

/** What the page's script has in it. */
const inlinedIn = (lock: Lock): readonly string[] =>
  INLINED.map((name) => `node_modules/${name}`).filter((path) => path in lock.packages)

/** `sha512-BASE64` of the lock as CycloneDX wants it. */
const hashOf = (integrity: string): { readonly alg: string; readonly content: string } => {
  const [algorithm = '', base64 = ''] = integrity.split('-', 2)
  return { alg: algorithm.toUpperCase().replace('SHA', 'SHA-'), content: Buffer.from(base64, 'base64').toString('hex') }
}

/** A UUID of version 8 (RFC 9562), whose bits are ours to choose: those of a hash. */
const uuidOf = (text: string): string => {
  const hash = createHash('sha256').update(text).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
