import * as assert from 'uvu/assert'
import type { Drivers } from '../../../drivers/ports.ts'
import type { ResolvedSpec } from '../../../reconcilers/derive/resolve.ts'
import { keepSource } from '../../../reconcilers/machine/source.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('source of a VM')
const { signal } = new AbortController()

const kept = async (machine: object, there: boolean): Promise<readonly [unknown, readonly string[]]> => {
  const calls: string[] = []
  const say =
    <Answer>(word: string, answer: Answer) =>
    async (name: string): Promise<Answer> => {
      calls.push(`${word} ${name}`)
      return answer
    }
  const drivers = {
    archives: { keepFile: say('keepFile', '/kept/file'), keepImage: say('keepImage', '/kept/image') },
    images: { has: say('has', there), pull: say('pull', undefined) },
  } as unknown as Drivers
  return [await keepSource({ machine } as unknown as ResolvedSpec, 'microvm', drivers, signal), calls]
}

test('a VM is made from our own copy of what the spec names', async () => {
  assert.equal(await kept({}, true), [{ kind: 'bare' }, []])
  assert.equal(await kept({ artifact: '/x.smolmachine' }, true), [
    { kind: 'artifact', path: '/kept/file' },
    ['keepFile /x.smolmachine'],
  ])
  assert.equal(await kept({ image: '/x.tar' }, true), [{ kind: 'archive', path: '/kept/file' }, ['keepFile /x.tar']])
  assert.equal(await kept({ artifact: '/x.smolmachine', image: '/x.tar' }, true), [
    { kind: 'artifact', path: '/kept/file' },
    ['keepFile /x.smolmachine'],
  ])
})

test("an image of Docker's is pulled where it is missing, and only there", async () => {
  const copy = { kind: 'archive', path: '/kept/image' }
  assert.equal(await kept({ image: 'debian:12' }, true), [copy, ['has debian:12', 'keepImage debian:12']])
  assert.equal(await kept({ image: 'debian:12' }, false), [
    copy,
    ['has debian:12', 'pull debian:12', 'keepImage debian:12'],
  ])
})

test.run()
