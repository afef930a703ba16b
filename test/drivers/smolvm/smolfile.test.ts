import { readFileSync } from 'node:fs'
import { parse } from 'smol-toml'
import * as assert from 'uvu/assert'
import { renderSmolfile } from '../../../drivers/smolvm/smolfile.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('smolfile')
const bundleIp = '192.168.77.2'
const read = (text: string): unknown => JSON.parse(JSON.stringify(parse(text)))

interface Vector {
  readonly guestEnv: Readonly<Record<string, string>>
  readonly bundleIp: string
  readonly smolfile: unknown
}

const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/derive.json', import.meta.url), 'utf8'),
) as readonly Vector[]

test('every golden vector reads back as its Smolfile, whatever the order of its env', () => {
  assert.ok(vectors.length >= 12)
  for (const { guestEnv, bundleIp: ip, smolfile } of vectors) {
    const backwards = Object.fromEntries(Object.entries(guestEnv).toReversed())
    for (const env of [guestEnv, backwards])
      assert.equal(read(renderSmolfile({ env, bundleIp: ip, secrets: {} })), smolfile)
  }
})

test('without secrets there are only env and the allow list', () => {
  assert.equal(read(renderSmolfile({ env: {}, bundleIp, secrets: {} })), {
    env: [],
    network: { allow_cidrs: ['192.168.77.2/32'] },
  })
})

test('secrets are references to files, apart from env', () => {
  const secrets = { B_KEY: '/run/bottled/o/b/B_KEY', A_KEY: '/run/bottled/o/b/A "KEY"' }
  assert.equal(read(renderSmolfile({ env: { Z: '1' }, bundleIp, secrets })), {
    env: ['Z=1'],
    network: { allow_cidrs: ['192.168.77.2/32'] },
    secrets: { A_KEY: { from_file: '/run/bottled/o/b/A "KEY"' }, B_KEY: { from_file: '/run/bottled/o/b/B_KEY' } },
  })
})

test('keys are sorted by code point: capitals, underscore, small letters', () => {
  const env = { b: '', _a: '', Z: '', a1: '', A: '', a_: '' }
  const { env: entries } = read(renderSmolfile({ env, bundleIp, secrets: {} })) as { readonly env: readonly string[] }
  assert.equal(entries, ['A=', 'Z=', '_a=', 'a1=', 'a_=', 'b='])
})

test('a value cannot end its string and become a key', () => {
  const values = ['"]\nnet = true\n[x]', "'''", '\\', '\t', '$HOME ${X}', 'é ü 漢', 'a=b=c', '#', '']
  const env = Object.fromEntries(values.map((value, index) => [`K${index}`, value]))
  assert.equal(read(renderSmolfile({ env, bundleIp, secrets: {} })), {
    env: values.map((value, index) => `K${index}=${value}`),
    network: { allow_cidrs: ['192.168.77.2/32'] },
  })
})

test.run()
