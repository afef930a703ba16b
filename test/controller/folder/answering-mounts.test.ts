import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createAnsweringMounts } from '../../../controller/folder/answering-mounts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('answering mounts')
const proc = mkdtempSync(join(tmpdir(), 'bottle-t-mounts-'))
test.after(() => rmSync(proc, { recursive: true, force: true }))

const TABLE = [
  '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '30 22 0:40 / /mnt/nfs rw - nfs4 server:/export rw,vers=4.2',
  '31 22 0:41 / /mnt/fuse rw,nosuid - fuse.sshfs user@host: rw',
  '32 22 0:42 / /mnt/a\\040b rw master:2 propagate_from:3 - fuse something rw',
  '33 22 0:43 / /tmp rw - tmpfs tmpfs rw',
].join('\n')

for (const [pid, table] of [
  ['10', TABLE],
  ['11', '50 1 8:1 / / rw - overlay overlay rw'],
] as const) {
  mkdirSync(join(proc, pid, 'ns'), { recursive: true })
  writeFileSync(join(proc, pid, 'mountinfo'), `${table}\n`)
  symlinkSync(`mnt:[${pid}]`, join(proc, pid, 'ns', 'mnt'))
}

test('files on disks and in memory may be looked at, those of the network and of programs not', () => {
  const mounts = createAnsweringMounts(proc, new Set())
  assert.equal(
    ['22', '30', '31', '32', '33'].filter((mount) => mounts.has('10', mount)),
    ['22', '33'],
  )
})

test('the file system of a file that is asked for is looked at, whatever it is', () => {
  // 0:41
  const mounts = createAnsweringMounts(proc, new Set([41n]))
  assert.equal(
    ['30', '31', '32'].filter((mount) => mounts.has('10', mount)),
    ['31'],
  )
  // 259:1048575, as large numbers are packed.
  writeFileSync(join(proc, '11', 'mountinfo'), '60 1 259:1048575 / / rw - nfs x rw\n')
  assert.ok(createAnsweringMounts(proc, new Set([0xfff103ffn])).has('11', '60'))
})

test('a mount that no table shows, and a process that is gone, have nothing to look at', () => {
  const mounts = createAnsweringMounts(proc, new Set())
  for (const [pid, mount] of [
    ['10', '99'],
    ['10', ''],
    ['12', '22'],
  ] as const)
    assert.not(mounts.has(pid, mount))
})

test.run()
