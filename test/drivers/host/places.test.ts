import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { findPlaces } from '../../../drivers/host/places.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('places of this machine')

test('homes of all users, sockets and system folders are named, with where their links lead', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bottle-t-places-')))
  try {
    await mkdir(join(folder, 'real'))
    await symlink('real', join(folder, 'home'))
    await symlink('real/agent.1', join(folder, 'agent'))
    const found = await findPlaces({
      env: { HOME: join(folder, 'home'), SSH_AUTH_SOCK: join(folder, 'agent') },
      sockets: [{ path: join(folder, 'home/d.sock'), what: "Docker's socket" }],
    })
    assert.is(found.home, join(folder, 'real'))
    for (const home of [join(folder, 'home'), join(folder, 'real'), '/root', '/usr/sbin', '/var/mail'])
      assert.ok(found.homes.includes(home), home)
    for (const system of [
      '/etc',
      '/proc',
      '/run',
      '/var/run',
      '/dev',
      '/sys',
      '/boot',
      '/usr',
      '/lib',
      '/var/spool',
      '/var/lib/docker',
    ])
      assert.ok(found.systemFolders.includes(system), system)
    assert.equal(
      found.sockets.map(({ path, what }) => `${path.replace(folder, '')} ${what}`),
      [
        "/home/d.sock Docker's socket",
        "/real/d.sock Docker's socket",
        "/agent the ssh-agent's socket",
        "/real/agent.1 the ssh-agent's socket",
      ],
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a variable that holds no path says nothing', async () => {
  const { sockets } = await findPlaces({ env: { SSH_AUTH_SOCK: 'abc', HOME: '/' }, sockets: [] })
  assert.equal(sockets, [])
})

test.run()
