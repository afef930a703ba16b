import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import * as assert from 'uvu/assert'
import { createHelpedFirewall } from '../../../../drivers/firewall/helper/ask.ts'
import { suite } from '../../../helpers/suite.ts'

const test = suite('firewall: what is asked of the helper')

const EDGE = { identity: 'web', bridge: 'br-0123456789ab', bundleIp: '192.168.9.2', reach: [] }
const CLOSED = { may: true, closed: [EDGE], identities: ['web'] } as const
const NONE = { may: true, closed: [], identities: [] } as const

test('a look that was asked for before a removal, and is answered after it, is not the last one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-edges-'))
  const socket = join(folder, 's')
  let held: ((response: ServerResponse) => void) | undefined
  const lookCame = new Promise<ServerResponse>((resolve) => (held = resolve))
  const server = createServer((request, response) => {
    void text(request).then((said) => {
      if (said.includes('"look"')) held?.(response)
      else response.end(JSON.stringify({ look: NONE }))
    })
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  try {
    const firewall = createHelpedFirewall({ owner: 'a', reach: [], userId: 4242, socket })
    const looking = firewall.look()
    const response = await lookCame
    await firewall.open('web')
    response.end(JSON.stringify({ look: CLOSED }))
    assert.equal(await looking, CLOSED)
    assert.equal(firewall.last(), NONE)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true })
  }
})

test.run()
