import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isDriverError } from '../../../drivers/errors.ts'
import { openAccess } from '../../../drivers/access/shared-folder.ts'
import { readTrustedFile } from '../../../drivers/access/trusted-file.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('trusted file')
const ME = process.getuid?.() ?? 0

let home = ''
const at = (path: string): string => join(home, path)
test.before(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'bottle-t-trust-')))
})
test.after(() => rm(home, { recursive: true, force: true }))

const read = async (path: string): Promise<Buffer | undefined> =>
  readTrustedFile(at(path), { access: await openAccess(), mostBytes: 100 })

/** The refusal, or what was read. */
const refusalOf = async (path: string): Promise<string> => {
  try {
    return `read ${String(await read(path))}`
  } catch (error) {
    assert.ok(isDriverError(error, 'Untrusted'), String(error))
    assert.ok(error.hint !== undefined)
    return `${error.detail}`.replaceAll(home, 'HOME')
  }
}

const file = async (path: string, mode = 0o600): Promise<void> => {
  await mkdir(join(at(path), '..'), { recursive: true })
  await writeFile(at(path), 'text')
  await chmod(at(path), mode)
}

test('a file of our own is read, and one that is not there is undefined', async () => {
  await file('a/f', 0o644)
  assert.is(String(await read('a/f')), 'text')
  assert.is(await read('a/none'), undefined)
  assert.is(await read('none/none'), undefined)
  assert.is(await read('a/f/below'), undefined)
})

test('what others can write to is refused, by its name: the file, its folder, a folder above', async () => {
  await file('b/f', 0o622)
  assert.match(await refusalOf('b/f'), /every user may write HOME\/b\/f \(mode 0622\)/)
  await file('c/f', 0o602)
  assert.match(await refusalOf('c/f'), /every user may write HOME\/c\/f/)
  await file('d/f')
  await chmod(at('d'), 0o772)
  assert.match(await refusalOf('d/f'), /every user may write HOME\/d \(/)
  await file('e/sub/f')
  await chmod(at('e'), 0o707)
  assert.match(await refusalOf('e/sub/f'), /every user may write HOME\/e \(/)
})

test('a sticky folder is good above, and not for the file itself', async () => {
  await file('sticky/f')
  await file('sticky/own/f')
  await chmod(at('sticky'), 0o1777)
  assert.match(await refusalOf('sticky/f'), /every user may write HOME\/sticky \(mode 1777\)/)
  assert.is(await refusalOf('sticky/own/f'), 'read text')
})

test('a link for the file is refused, one on the way is followed and judged', async () => {
  await file('real/f')
  await symlink(at('real/f'), at('link-to-file'))
  assert.match(await refusalOf('link-to-file'), /is a symbolic link/)
  await symlink('real', at('way'))
  assert.is(await refusalOf('way/f'), 'read text')
  await file('open/real/f')
  await chmod(at('open'), 0o777)
  await symlink('open/real', at('way-through-open'))
  assert.match(await refusalOf('way-through-open/f'), /every user may write HOME\/open \(/)
})

test('only a regular file is read, and nothing waits', async () => {
  execFileSync('mkfifo', ['-m', '600', at('fifo')])
  assert.match(await refusalOf('fifo'), /not a regular file/)
  await mkdir(at('folder'), { mode: 0o700 })
  assert.match(await refusalOf('folder'), /not a regular file/)
})

test('a file over the bound is refused', async () => {
  await file('large/f')
  await writeFile(at('large/f'), 'x'.repeat(101))
  assert.match(await refusalOf('large/f'), /larger than 100 bytes/)
  await writeFile(at('large/f'), 'x'.repeat(100))
  assert.match(await refusalOf('large/f'), /^read x{100}$/)
})

const asRoot = ME === 0 ? test : (title: string): void => test.skip(title, 'needs root')

asRoot('what belongs to another user is refused: the file, a folder, a link on the way', async () => {
  await file('o/f')
  await chown(at('o/f'), 4_321, 0)
  assert.match(await refusalOf('o/f'), /HOME\/o\/f belongs to the user with the number 4321/)
  await file('p/sub/f')
  await chown(at('p'), 4_321, 0)
  assert.match(await refusalOf('p/sub/f'), /HOME\/p belongs to the user with the number 4321/)
  await file('q/f')
  await symlink('q', at('theirs'))
  execFileSync('chown', ['-h', '4321', at('theirs')])
  assert.match(await refusalOf('theirs/f'), /the link HOME\/theirs belongs to the user with the number 4321/)
})

asRoot("a file of root's is trusted by everybody", async () => {
  await file('r/f', 0o644)
  assert.is(
    String(await readTrustedFile(at('r/f'), { access: await openAccess({ uid: 1_234, gid: 1_234 }), mostBytes: 100 })),
    'text',
  )
})

test.run()
