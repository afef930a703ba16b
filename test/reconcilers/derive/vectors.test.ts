import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'smol-toml'
import * as assert from 'uvu/assert'
import { renderSmolfile } from '../../../drivers/smolvm/smolfile.ts'
import { bundleIpOf, gatewayOf } from '../../../reconcilers/derive/cidr.ts'
import { guestEnv } from '../../../reconcilers/machine/guest-env.ts'
import { chooseSubnet, indexClaims } from '../../../reconcilers/derive/subnet.ts'
import { suite } from '../../helpers/suite.ts'

interface Vector {
  readonly input: {
    readonly identity: string
    readonly env: Readonly<Record<string, string>>
    readonly git: boolean
    readonly supervise: boolean
    readonly takenOctets: readonly number[]
    readonly takenSubnets: readonly string[]
    readonly furtherPools: readonly string[]
  }
  readonly subnet: string
  readonly gateway: string
  readonly bundleIp: string
  readonly guestEnv: Readonly<Record<string, string>>
  readonly smolfile: unknown
}

const test = suite('golden vectors')
const path = new URL('../../fixtures/vectors/derive.json', import.meta.url)
const vectors = JSON.parse(readFileSync(path, 'utf8')) as readonly Vector[]

test('there are vectors', () => assert.ok(vectors.length >= 12))

for (const [index, vector] of vectors.entries()) {
  const { identity, env, git, supervise, takenOctets, takenSubnets, furtherPools } = vector.input
  test(`vector ${index} (${identity}) derives its subnet, environment and Smolfile`, () => {
    const taken = indexClaims([
      ...takenOctets.map((octet) => ({ cidr: `192.168.${octet}.0/24`, by: 'an octet' })),
      ...takenSubnets.map((cidr) => ({ cidr, by: 'a subnet' })),
    ])
    const choice = chooseSubnet({ identity, pools: furtherPools, taken })
    assert.equal(choice, { subnet: vector.subnet })
    assert.is(gatewayOf(vector.subnet), vector.gateway)
    assert.is(bundleIpOf(vector.subnet), vector.bundleIp)
    const guest = guestEnv({ env, bundleIp: vector.bundleIp, git, supervise })
    assert.equal({ ...guest }, vector.guestEnv)
    assert.equal(
      JSON.parse(JSON.stringify(parse(renderSmolfile({ env: guest, bundleIp: vector.bundleIp, secrets: {} })))),
      vector.smolfile,
    )
  })
}

const shared = new URL('../../../../shared/vectors/derive.json', import.meta.url)
if (existsSync(shared)) {
  test('the copy equals the shared file', () => assert.is(readFileSync(shared, 'utf8'), readFileSync(path, 'utf8')))
}

test.run()
