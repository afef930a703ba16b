import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import * as assert from 'uvu/assert'
import { parseHost } from '../../egress/host.ts'
import { growsLinearly } from './linear.ts'
import { deadlineMs, holds } from '../helpers/property.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('host')

const LITERALS = [
  '140.82.112.3',
  '140.82.112.3.',
  '[::1]',
  '[::1',
  '::1',
  '[2606:4700::1111]',
  '::ffff:127.0.0.1',
  '[::ffff:7f00:1]',
  'fe80::1%eth0',
  '2130706433',
  '0x7f000001',
  '0X7F.1',
  '0x',
  '0177.0.0.1',
  '017700000001',
  '127.1',
  '127.0.1',
  '1.2.3.4.5',
  '256.256.256.256',
  'example.42',
  'example.0xff',
  'api.github.com:443',
  ' 127.0.0.1',
  '127.0.0.1\0.0',
  // As IDNA maps it: full-width, in circles, small, with the full stops of Chinese.
  '１２７.0.0.1',
  '①②⑦.⓪.⓪.①',
  '¹²⁷.⁰.⁰.¹',
  '127。0。0。1',
  '127．0｡0.1',
  '０x7f000001',
  '127.0.0.1\u00ad',
  '[a]',
  '1'.repeat(2_000),
  '1x'.repeat(1_000),
]
for (const text of LITERALS)
  test(`${JSON.stringify(text)} is a literal address`, () => assert.equal(parseHost(text), { fault: 'AddressLiteral' }))

const BAD = [
  '',
  '.',
  '..',
  'a..b',
  '.example.com',
  'example.com..',
  'exa mple.com',
  'example.com ',
  'example.com\n',
  'example.com\t',
  'ev\til.com',
  'api.github.com\0.evil.com',
  'example.com/path',
  'example.com?x',
  'example.com#x',
  'user@example.com',
  'example.com\\x',
  '%65xample.com',
  '*.example.com',
  'exa*mple.com',
  '-example.com',
  'example-.com',
  'a.-b.com',
  `${'a'.repeat(64)}.com`,
  `${'a.'.repeat(127)}com`,
  'bücher.example/x',
  'bücher.example?x',
  'bücher.example#x',
  'bücher.example\\x',
  'bücher%41.example',
  'bü\tcher.example',
  '/bücher.example',
  '\tbücher.example',
  'a'.repeat(2_000),
  'a1'.repeat(1_000),
  // Punycode that stands for nothing, for ASCII, for itself, or that is written in another way.
  'xn--a.com',
  'xn--.com',
  'xn--github-.com',
  'xn--xn---epa.com',
  'xn--99999999999.com',
  'xn--a-ecp.ru',
  // IDNA maps these to what would change the host, or refuses them.
  'ｅxample.４２',
  'a／b.com',
  'a：80.com',
  'a℀b.com',
  'a․com',
  '\uD800.com',
  'a\uDC00.com',
  'a\u200Bb\u2028.com',
]
for (const text of BAD)
  test(`${JSON.stringify(text.slice(0, 60))} is no host name`, () =>
    assert.equal(parseHost(text), { fault: 'BadHost' }))

const NAMES: Readonly<Record<string, string>> = {
  'api.github.com': 'api.github.com',
  'API.GitHub.COM.': 'api.github.com',
  localhost: 'localhost',
  'a_b._tcp.example.com': 'a_b._tcp.example.com',
  '0xff.example': '0xff.example',
  'example.1x': 'example.1x',
  'example.x1': 'example.x1',
  '127.0.0.1.example': '127.0.0.1.example',
  '1and1.com': '1and1.com',
  'bücher.example': 'xn--bcher-kva.example',
  'BÜCHER.example。': 'xn--bcher-kva.example',
  'bu\u0308cher.example': 'xn--bcher-kva.example',
  'XN--Bcher-KVA.example': 'xn--bcher-kva.example',
  'faß.de': 'xn--fa-hia.de',
  '💩.la': 'xn--ls8h.la',
  'ａpi.github.com': 'api.github.com',
  'git\u00adhub.com': 'github.com',
  'api.github。com': 'api.github.com',
  [`${'a'.repeat(63)}.com`]: `${'a'.repeat(63)}.com`,
  [`${'a.'.repeat(125)}com`]: `${'a.'.repeat(125)}com`,
}
for (const [text, name] of Object.entries(NAMES))
  test(`${JSON.stringify(text.slice(0, 60))} is ${name.slice(0, 60)}`, () => assert.equal(parseHost(text), { name }))

test('a canonical name is its own canonical name', () => {
  for (const name of Object.values(NAMES)) assert.equal(parseHost(name), { name })
})

/** A number as resolvers read it. */
const spelt = (value: number): fc.Arbitrary<string> =>
  fc.constantFrom(
    String(value),
    `0x${value.toString(16)}`,
    `0X${value.toString(16).toUpperCase()}`,
    `0${value.toString(8)}`,
    `0x00${value.toString(16)}`,
  )
const octet = fc.nat(255).chain(spelt)
const anyAddress = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.')),
  fc.tuple(octet, octet, fc.nat(0xffff).chain(spelt)).map((parts) => parts.join('.')),
  fc.tuple(octet, fc.nat(0xffffff).chain(spelt)).map((parts) => parts.join('.')),
  fc.nat(0xffffffff).chain(spelt),
  fc.ipV6(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.ipV4().map((address) => `::ffff:${address}`),
)
/** What IDNA maps back. */
const dressed = (text: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    text,
    `${text}.`,
    text.replaceAll('.', '。'),
    text.replace(/[0-9a-fxX]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)),
    text.replace(/\d/g, (digit) => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][Number(digit)] ?? digit),
    text.replace(/^./, '$&\u00ad'),
  )

test(
  'every spelling of an address that ipaddr.js reads is a literal address, dressed for IDNA or not',
  async () => {
    await holds(
      'spellings of addresses',
      fc.property(anyAddress, fc.gen(), (text, gen) => {
        const bare = text.replace(/^\[|\]$/g, '')
        assert.ok(ipaddr.isValid(bare), bare)
        const worn = gen(dressed, text)
        // Full-width colons and brackets are no address, and no name.
        assert.ok('fault' in parseHost(worn), worn)
        if (!text.includes(':')) assert.equal(parseHost(worn), { fault: 'AddressLiteral' }, worn)
        assert.equal(parseHost(text), { fault: 'AddressLiteral' }, text)
      }),
      600,
    )
  },
  { deadlineMs: deadlineMs(60_000) },
)

test(
  'a name is one that no resolver reads as an address, and its own canonical name; any text has an answer',
  async () => {
    const soup = fc.string({
      unit: fc.constantFrom(...'aA1-._xX0*:[]%/\\@ \0\n', 'ü', '。', '１', 'xn--', '\uD800', '💩', '\u00ad'),
      maxLength: 24,
    })
    await holds(
      'any host',
      fc.property(fc.oneof(soup, fc.string({ unit: 'binary' }), fc.domain(), fc.webAuthority()), (text) => {
        const host = parseHost(text)
        if ('fault' in host) return
        assert.match(host.name, /^[a-z0-9_.-]{1,253}$/)
        assert.not(ipaddr.isValid(host.name), host.name)
        assert.equal(parseHost(host.name), host)
        assert.equal(parseHost(`${host.name}.`), host)
        assert.equal(parseHost(host.name.toUpperCase()), host)
      }),
      1_500,
    )
  },
  { deadlineMs: deadlineMs(60_000) },
)

test('time grows with the text', () => {
  for (const unit of ['a', '.', 'a.', '1', '0x', 'ü', '。', ':', '\0', '\uD800', 'xn--a.', '\u00ad', '-'])
    growsLinearly(
      (size) => assert.ok('fault' in parseHost(unit.repeat(size / unit.length)), unit),
      JSON.stringify(unit),
    )
})

test.run()
