import { createPrivateKey, generateKeyPair, randomBytes, sign, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import type { asn1, pki } from 'node-forge'

/**
 * The certificate and the key by which a bundle shows servers to its guest.
 *
 * Guarantees: RSA of 2048 bits, CA:TRUE with path length 0, may only sign certificates, named after the bottle; the key is made
 *   and used by Node alone, node-forge only writes the certificate down; what is read again is judged by Node.
 * Caveats: valid from a day before, as the clock of a guest may be behind.
 */
export interface Authority {
  /** PEM, one certificate. */
  readonly cert: string
  /** PEM, PKCS #8. */
  readonly key: string
}

const BITS = 2048
const DAY_MS = 86_400_000
const VALID_MS = 3_650 * DAY_MS
/** So long before its end another one is made. */
export const RENEWAL_MS = 365 * DAY_MS

export const makeAuthority = async (identity: string, nowMs: number): Promise<Authority> => {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  // Only where one is made: reading it takes as long as a small command of bottlectl.
  const { default: forge } = await import('node-forge')
  const cert = forge.pki.createCertificate()
  cert.publicKey = forge.pki.publicKeyFromPem(publicKey)
  // Positive, as its first bit is not set.
  cert.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`
  cert.validity.notBefore = new Date(nowMs - DAY_MS)
  cert.validity.notAfter = new Date(nowMs + VALID_MS)
  const name = [
    { name: 'organizationName', value: 'bottled' },
    { name: 'commonName', value: `bottle ${identity}` },
  ]
  cert.setSubject(name)
  cert.setIssuer(name)
  cert.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true },
    { name: 'subjectKeyIdentifier' },
  ])
  const unsigned = cert as Unsigned
  unsigned.siginfo.algorithmOid = forge.pki.oids['sha256WithRSAEncryption'] ?? ''
  unsigned.signatureOid = unsigned.siginfo.algorithmOid
  const content = forge.asn1.toDer((forge.pki as unknown as Content).getTBSCertificate(cert)).getBytes()
  unsigned.signature = sign('sha256', Buffer.from(content, 'latin1'), privateKey).toString('latin1')
  return { cert: forge.pki.certificateToPem(cert).replaceAll('\r\n', '\n'), key: privateKey }
}

/** What node-forge's types leave out. */
interface Content {
  getTBSCertificate(cert: pki.Certificate): asn1.Asn1
}
type Unsigned = pki.Certificate & { signatureOid: string; siginfo: { algorithmOid: string } }

/** One text, so that no crash can leave one without the other. */
export const textOf = ({ cert, key }: Authority): string => `${cert}${key}`

/** Why it can't be used, in words that hold nothing of it; or the authority. */
export const judgeAuthority = (
  text: string,
  { identity, nowMs }: { readonly identity: string; readonly nowMs: number },
): Authority | string => {
  const [, cert, key] = WHOLE.exec(text) ?? []
  if (cert === undefined || key === undefined) return 'it is incomplete, or holds something else'
  try {
    return judge({ cert, key }, identity, nowMs)
  } catch {
    return "it can't be read"
  }
}

const WHOLE =
  /^(-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n)(-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END PRIVATE KEY-----\n)$/

const judge = (authority: Authority, identity: string, nowMs: number): Authority | string => {
  const cert = new X509Certificate(authority.cert)
  const key = createPrivateKey(authority.key)
  if (cert.subject !== `O=bottled\nCN=bottle ${identity}` || cert.issuer !== cert.subject)
    return 'it was made for something else'
  if (!cert.ca || !cert.verify(cert.publicKey)) return "it isn't an authority of its own"
  if (!cert.checkPrivateKey(key)) return "its key isn't the one of its certificate"
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < BITS) return 'its key is weak'
  if (nowMs < Date.parse(cert.validFrom)) return "it isn't valid yet"
  if (nowMs > Date.parse(cert.validTo) - RENEWAL_MS) return 'it ends soon'
  return authority
}
