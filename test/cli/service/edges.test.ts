import * as assert from 'uvu/assert'
import { CliError } from '../../../cli/print/cli-error.ts'
import { helperText, socketText } from '../../../cli/service/edges-units.ts'
import { checkName } from '../../../cli/service/make-plan.ts'
import { serviceEdges } from '../../../cli/service/edges.ts'
import type { EdgesWish } from '../../../cli/service/edges.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottled service edges')

const refusal = async (wish: Partial<EdgesWish>, uid = 0, platform: NodeJS.Platform = 'linux'): Promise<CliError> => {
  const setting = { cwd: '/', env: { PATH: process.env['PATH'] }, uid, bottled: ['/usr/bin/node', '/opt/bottled.js'] }
  const io = { say: () => undefined, setting, platform }
  const said = await serviceEdges({ remove: false, dryRun: false, ...wish }, io).catch((error: unknown) => error)
  if (said instanceof CliError) return said
  throw new Error(`it was done: ${String(said)}`)
}

test('an ordinary user is told the command for root, and for whom', async () => {
  const { message, hint } = await refusal({}, 1000)
  assert.equal(
    [message, hint],
    ['only root can install a helper that sets firewall rules', 'sudo bottled service edges --user 1000'],
  )
  assert.is((await refusal({ user: 'bob' }, 1000)).hint, 'sudo bottled service edges --user bob')
})

test('the name of a helper is none for a service: neither would replace or remove the other', () => {
  assert.throws(() => checkName('bottled-edges-1000'), /is a helper of root/)
  checkName('bottled-edges')
})

test('root, a user who does not exist and a flag as a name are refused', async () => {
  assert.is((await refusal({ user: '0' })).message, 'root needs no helper')
  assert.is((await refusal({ user: 'root' })).message, 'root needs no helper')
  assert.is((await refusal({})).message, 'root needs no helper')
  assert.is((await refusal({ user: 'no-such-user' })).exitCode, 3)
  assert.is((await refusal({ user: '--help' })).exitCode, 3)
  assert.match((await refusal({ user: '1000' }, 0, 'darwin')).message, /^darwin has no edges/)
})

test('the socket is its user alone, and the helper is given their id and the two capabilities only', () => {
  assert.match(
    socketText(1000),
    /^ListenStream=\/run\/bottled-edges\/1000\.sock\n[^]*^SocketUser=1000\nSocketMode=0600$/m,
  )
  const text = helperText(1000, ['/usr/bin/node', '/opt/a b/main.js'])
  assert.match(text, /^ExecStart=\/usr\/bin\/node "\/opt\/a b\/main\.js" 1000$/m)
  assert.equal(text.match(/CAP_\w+/g), ['CAP_NET_ADMIN', 'CAP_NET_RAW', 'CAP_NET_ADMIN', 'CAP_NET_RAW'])
})

test.run()
