import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parseMounts, pathsOf } from '../../../drivers/host/mount-table.ts'
import { createPaths } from '../../../drivers/host/paths.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('mounts of this machine')

const MACHINE = parseMounts(`27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 254:1 / /home rw - ext4 /dev/vdb rw
31 27 254:1 /u/data /srv/da\\040ta rw shared:7 - ext4 /dev/vdb rw
22 27 0:21 / /proc rw - proc proc rw
torn line`)

test('the table of mounts is read, spaces and tabs included', () => {
  assert.equal(
    MACHINE.map(({ point }) => point),
    ['/', '/home', '/srv/da ta', '/proc'],
  )
  assert.equal(MACHINE[2], { device: '254:1', root: '/u/data', point: '/srv/da ta' })
})

test('what is mounted has each path that leads there', () => {
  const mount = (device: string, root: string) => pathsOf({ device, root, point: '/in/container' }, MACHINE)
  assert.equal(mount('254:0', '/tmp/ws'), ['/tmp/ws'])
  assert.equal(mount('254:1', '/u/data/ws'), ['/home/u/data/ws', '/srv/da ta/ws'])
  assert.equal(mount('254:1', '/u/data'), ['/home/u/data', '/srv/da ta'])
  assert.equal(mount('254:1', '/u/database'), ['/home/u/database'])
  assert.equal(mount('9:9', '/x'), [])
})

test('our own mounts are seen, and those of a process that has ended are not', async () => {
  const paths = createPaths()
  const points = await paths.mountPoints()
  assert.ok(points.includes('/') && points.includes('/proc'), points.join())
  const own = await paths.mountsOf(process.pid)
  assert.ok(own?.get('/')?.includes('/'), JSON.stringify(own?.get('/')))
  assert.is(await paths.mountsOf(2 ** 22 + 1), undefined)
})

const bindTest = process.getuid?.() === 0 ? test : (title: string) => test.skip(title, 'only root may mount')
bindTest('a bind mount below a folder is found there, and is the folder that it shows', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bottle-t-')))
  const [shown, point] = [join(folder, 'shown'), join(folder, 'ws', 'a point')]
  try {
    await mkdir(shown)
    await mkdir(point, { recursive: true })
    execFileSync('mount', ['--bind', shown, point])
    const paths = createPaths()
    assert.ok((await paths.mountPoints()).includes(point))
    const [a, b] = [await paths.look(shown), await paths.look(point)]
    assert.equal([b.canonical, b.device, b.inode], [point, a.device, a.inode])
  } finally {
    execFileSync('umount', [point])
    await rm(folder, { recursive: true, force: true })
  }
})

test.run()
