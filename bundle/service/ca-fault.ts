import { X509Certificate, createPrivateKey } from 'node:crypto'

/** Why this is no CA that an engine can use; undefined: it is one. Pure. */
export const caFault = ({ cert, key }: { readonly cert: string; readonly key: string }): string | undefined => {
  try {
    const certificate = new X509Certificate(cert)
    const secret = createPrivateKey(key)
    if (secret.asymmetricKeyType !== 'rsa') return 'the key of ca must be RSA'
    if (!certificate.ca) return 'ca.cert is not the certificate of a CA'
    return certificate.checkPrivateKey(secret) ? undefined : 'ca.key is not the key of ca.cert'
  } catch {
    // OpenSSL's words may quote what it was given.
    return 'ca.cert or ca.key is not PEM'
  }
}
