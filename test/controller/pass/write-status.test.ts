import * as assert from 'uvu/assert'
import { writeStatus } from '../../../controller/pass/write-status.ts'
import type { StatusTarget } from '../../../controller/status/status-writer.ts'
import { bottleText, createPassParts } from '../../parts/pass-parts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('write status')
const status = { phase: 'Ready', observedGeneration: 1, specHash: 'h', conditions: [] } as const

test('it is compared with the latest in the store, of this very document', async () => {
  const rig = await createPassParts()
  rig.put('a.yaml', bottleText('web'))
  rig.put('web.yaml', `${bottleText('web')}---\n${bottleText('web')}`)
  const [, , document] = rig.store.documents('web')
  if (document === undefined) throw new Error('no document')
  rig.store.noteStatus('web.yaml', 1, { phase: 'Pending' }, 'x')
  const targets: StatusTarget[] = []
  rig.parts.statusWriter = {
    stands: async () => true,
    write: async (target) => {
      targets.push(target)
      return { kind: 'written' }
    },
  }
  await writeStatus(rig.parts, { document, identity: 'web', status })
  rig.store.drop('web.yaml')
  await writeStatus(rig.parts, { document, identity: undefined, status })
  assert.equal(
    targets.map((target) => [target.document.path, target.document.index, target.document.status, target.identity]),
    [
      ['web.yaml', 1, { phase: 'Pending' }, 'web'],
      ['web.yaml', 1, undefined, undefined],
    ],
  )
  assert.equal(rig.log, [])
})

test('git care is around the write, and what it says counts', async () => {
  const rig = await createPassParts()
  rig.put('web.yaml', bottleText('web'))
  const [document] = rig.store.documents('web')
  if (document === undefined) throw new Error('no document')
  rig.world.written = { kind: 'unwritable', why: 'read-only' }
  await writeStatus(rig.parts, { document, identity: 'web', status })
  const written = 'status Ready of web to web.yaml#0'
  assert.equal(rig.log, [written, 'warn web StatusNotWritten: web.yaml: read-only'])
  rig.parts.gitCare = { ...rig.parts.gitCare, around: async () => ({ kind: 'unchanged' }) }
  await writeStatus(rig.parts, { document, identity: 'web', status })
  assert.is(rig.log.length, 2)
})

test.run()
