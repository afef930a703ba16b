import * as assert from 'uvu/assert'
import { atRest, comesBack, gone, underWay } from '../../../controller/pass/pass-end.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('ends of a pass')

test('what each of them says', () => {
  assert.equal(gone, { state: 'rest', outcome: 'Deleted', message: '', asAsked: true })
  assert.equal(atRest('R', 'm'), { state: 'rest', outcome: 'R', message: 'm', asAsked: false })
  assert.equal(underWay('m'), { state: 'busy', outcome: 'Progressing', message: 'm', asAsked: false })
  assert.equal(comesBack('R', 'm', 5), { state: 'busy', outcome: 'R', message: 'm', asAsked: false, retryAfterMs: 5 })
})

test.run()
