import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import * as assert from 'uvu/assert'
import forge from 'node-forge'
import { judgeAuthority, makeAuthority, RENEWAL_MS, textOf } from '../../../drivers/disk/certificate.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('certificate of an authority')
const NOW = Date.parse('2026-12-01T12:00:00Z')
const DAY_MS = 86_400_000
const made = makeAuthority('researcher', NOW)
const whole = async (): Promise<string> => textOf(await made)
const judged = (text: string, identity = 'researcher', nowMs = NOW): unknown => {
  const found = judgeAuthority(text, { identity, nowMs })
  return typeof found === 'string' ? found : 'it is used'
}

test('it is an authority for certificates alone, RSA 2048, and says whose it is', async () => {
  const { cert, key } = await made
  const read = new X509Certificate(cert)
  assert.is(read.subject, 'O=bottled\nCN=bottle researcher')
  assert.is(read.issuer, read.subject)
  assert.is(read.ca, true)
  assert.ok(read.verify(read.publicKey))
  assert.ok(read.checkPrivateKey(createPrivateKey(key)))
  assert.equal(read.publicKey.asymmetricKeyDetails, { modulusLength: 2048, publicExponent: 65_537n })
  const { extensions, siginfo } = forge.pki.certificateFromPem(cert) as unknown as {
    readonly extensions: readonly Readonly<Record<string, unknown>>[]
    readonly siginfo: { readonly algorithmOid: string }
  }
  const named = Object.fromEntries(extensions.map((each) => [String(each['name']), each]))
  const { critical, cA, pathLenConstraint } = named['basicConstraints'] ?? {}
  assert.equal([critical, cA, pathLenConstraint], [true, true, 0])
  const usage = Object.entries(named['keyUsage'] ?? {}).filter(([, value]) => value === true)
  assert.equal(usage.map(([name]) => name).toSorted(), ['critical', 'keyCertSign'])
  assert.ok(named['subjectKeyIdentifier'])
  assert.is(siginfo.algorithmOid, forge.pki.oids['sha256WithRSAEncryption'])
})

test('it is valid from a day before for ten years, and its serial number is its own', async () => {
  const [one, other] = [
    new X509Certificate((await made).cert),
    new X509Certificate((await makeAuthority('b', NOW)).cert),
  ]
  assert.is(Date.parse(one.validFrom), NOW - DAY_MS)
  assert.is(Date.parse(one.validTo), NOW + 3_650 * DAY_MS)
  assert.match(one.serialNumber, /^4[0-9A-F]{31}$/)
  assert.is.not(one.serialNumber, other.serialNumber)
})

test('one that is whole and of this bottle is used, until a year before its end', async () => {
  const text = await whole()
  assert.is(judged(text), 'it is used')
  const end = NOW + 3_650 * DAY_MS
  assert.is(judged(text, 'researcher', end - RENEWAL_MS), 'it is used')
  assert.is(judged(text, 'researcher', end - RENEWAL_MS + 1_000), 'it ends soon')
  assert.is(judged(text, 'researcher', NOW - 2 * DAY_MS), "it isn't valid yet")
})

test('half of one, one with more in it, and nonsense are not used', async () => {
  const text = await whole()
  const { cert, key } = await made
  for (const other of ['', cert, key, key + cert, text.slice(0, -30), `${text}x`, `x${text}`, cert + text, text + text])
    assert.is(judged(other), 'it is incomplete, or holds something else', JSON.stringify(other.slice(0, 40)))
  for (const other of [text.replace(/MII/g, 'AAA'), text.replace(/\n[A-Za-z0-9+/]{64}\n/, '\n')])
    assert.is(judged(other), "it can't be read")
})

test("one of another bottle, one whose key isn't its own and one that was changed are not used", async () => {
  const { cert, key } = await made
  const other = await makeAuthority('reviewer', NOW)
  assert.is(judged(textOf(other)), 'it was made for something else')
  assert.is(judged(textOf({ cert, key: other.key })), "its key isn't the one of its certificate")
  assert.is(judged(textOf({ cert: changed(cert), key })), "it isn't an authority of its own")
})

test("one that is no authority, isn't its own issuer or is weak is not used", () => {
  assert.is(judged(signed({ cA: false })), "it isn't an authority of its own")
  assert.is(judged(signed({ issuer: 'another' })), 'it was made for something else')
  assert.is(judged(signed({ bits: 1024 })), 'its key is weak')
  assert.is(judged(signed({})), 'it is used')
})

/** Its signature no longer fits. */
const changed = (pem: string): string => {
  const der = new X509Certificate(pem).raw
  der.writeUInt8((der.at(-1) ?? 0) ^ 1, der.length - 1)
  const lines = der
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

const signed = ({ cA = true, issuer = 'bottle researcher', bits = 2048 }): string => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const cert = forge.pki.createCertificate()
  cert.publicKey = forge.pki.publicKeyFromPem(publicKey)
  cert.serialNumber = '41'
  cert.validity.notBefore = new Date(NOW - DAY_MS)
  cert.validity.notAfter = new Date(NOW + 3_650 * DAY_MS)
  const named = (commonName: string) => [
    { name: 'organizationName', value: 'bottled' },
    { name: 'commonName', value: commonName },
  ]
  cert.setSubject(named('bottle researcher'))
  cert.setIssuer(named(issuer))
  cert.setExtensions([{ name: 'basicConstraints', cA }])
  cert.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create())
  return textOf({ cert: forge.pki.certificateToPem(cert).replaceAll('\r\n', '\n'), key: privateKey })
}

test.run()
