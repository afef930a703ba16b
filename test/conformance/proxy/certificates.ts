import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Pair {
  readonly cert: string
  readonly key: string
}

export interface Certificates {
  /** The bottle's: what the guest trusts. */
  readonly bottle: Pair
  /** The Internet's: what the proxy trusts. */
  readonly internet: Pair
  /** Of the names that tests use, by the Internet's CA. */
  readonly server: Pair
  /** Of the names that tests use, by itself. */
  readonly impostor: Pair
}

/** Made by openssl, in a second or two. */
export const makeCertificates = (): Certificates => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-ca-'))
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const pair = (name: string): Pair => ({
    cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
    key: readFileSync(join(folder, `${name}.key`), 'utf8'),
  })
  const selfSigned = (name: string, ...extra: readonly string[]): Pair => {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      ...extra,
    )
    return pair(name)
  }
  try {
    const bottle = selfSigned('bottle')
    const internet = selfSigned('internet')
    const impostor = selfSigned('impostor', '-addext', 'subjectAltName=DNS:a.test,DNS:b.test,DNS:rebound.test')
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=server',
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
    )
    writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:a.test,DNS:b.test,DNS:rebound.test,DNS:*.up.test\n')
    openssl(
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'internet.pem',
      '-CAkey',
      'internet.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'names',
      '-out',
      'server.pem',
    )
    return { bottle, internet, server: pair('server'), impostor }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
