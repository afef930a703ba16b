import { chmod, link, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import * as assert from 'uvu/assert'
import { createGuestFolders } from '../../../drivers/disk/guest-folders.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what a guest trusts')
const CERT = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const mode = async (path: string): Promise<string> => ((await lstat(path)).mode & 0o7777).toString(8)

const inFolder = async (body: (base: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-guests-'))
  const before = process.umask(0o077)
  try {
    await body(join(folder, 'cache', 'guests'))
  } finally {
    process.umask(before)
    await rm(folder, { recursive: true, force: true })
  }
}

test("it is one file: the bottle's own certificate, then the public roots of Node", () =>
  inFolder(async (base) => {
    const folders = createGuestFolders({ base, owner: 'own1' })
    assert.is(folders.path('a'), join(base, 'own1', 'a'))
    await folders.write('a', CERT)
    assert.equal(await readdir(folders.path('a')), ['ca.pem'])
    const text = await readFile(join(folders.path('a'), 'ca.pem'), 'utf8')
    assert.ok(text.startsWith(CERT))
    assert.is(text.match(/-----BEGIN CERTIFICATE-----\n/g)?.length, rootCertificates.length + 1)
    assert.ok(rootCertificates.length > 100)
    assert.ok(text.endsWith('-----END CERTIFICATE-----\n'))
    assert.not.match(text, / KEY-/)
  }))

test('whoever is in the guest may read it, whatever the umask; on the host nobody but, as root, VMs enter', () =>
  inFolder(async (base) => {
    for (const [asRoot, above] of [
      [false, '700'],
      [true, '711'],
    ] as const) {
      const folders = createGuestFolders({ base: join(base, above), owner: 'own1', asRoot })
      await folders.write('a', CERT)
      assert.is(await mode(join(folders.path('a'), 'ca.pem')), '644')
      assert.is(await mode(folders.path('a')), '755')
      for (const each of [join(base, above), join(base, above, 'own1')]) assert.is(await mode(each), above)
    }
  }))

test('what is as it must be is not written again', () =>
  inFolder(async (base) => {
    const folders = createGuestFolders({ base, owner: 'own1' })
    await folders.write('a', CERT)
    const before = await stat(join(folders.path('a'), 'ca.pem'), { bigint: true })
    await folders.write('a', CERT)
    const after = await stat(join(folders.path('a'), 'ca.pem'), { bigint: true })
    assert.is(after.ino, before.ino)
    assert.is(after.ctimeNs, before.ctimeNs)
  }))

const SPOILED: Readonly<Record<string, (folder: string, file: string) => Promise<void>>> = {
  'another text': async (_, file) => writeFile(file, 'x'),
  'one certificate more': async (_, file) => writeFile(file, `${await readFile(file, 'utf8')}${CERT}`),
  nothing: async (_, file) => rm(file),
  'a mode by which others write': async (_, file) => chmod(file, 0o666),
  'a link to a file of that content': async (folder, file) => {
    await writeFile(join(folder, '..', 'elsewhere'), await readFile(file, 'utf8'), { mode: 0o644 })
    await rm(file)
    await symlink(join(folder, '..', 'elsewhere'), file)
  },
  'a second name': async (folder, file) => link(file, join(folder, '..', 'second')),
  'a folder in its place': async (_, file) => {
    await rm(file)
    await mkdir(file)
    await writeFile(join(file, 'x'), '')
  },
  'other files, and half of a write': async (folder) => {
    await writeFile(join(folder, '.ca.pem.tmp'), 'half')
    await writeFile(join(folder, 'ca.key'), 'x')
    await mkdir(join(folder, 'more'))
  },
  'a mode by which others write in the folder': async (folder) => chmod(folder, 0o777),
}

for (const [what, spoil] of Object.entries(SPOILED))
  test(`whatever stands there is replaced: ${what}`, () =>
    inFolder(async (base) => {
      const folders = createGuestFolders({ base, owner: 'own1' })
      await folders.write('a', CERT)
      const [folder, file] = [folders.path('a'), join(folders.path('a'), 'ca.pem')]
      const whole = await readFile(file, 'utf8')
      const { ino } = await stat(folder)
      await spoil(folder, file)
      await folders.write('a', CERT)
      assert.equal(await readdir(folder), ['ca.pem'])
      assert.is(await readFile(file, 'utf8'), whole)
      assert.equal([await mode(file), await mode(folder)], ['644', '755'])
      assert.equal([(await lstat(file)).isFile(), (await lstat(file)).nlink], [true, 1])
      // A guest that runs has this very folder.
      assert.is((await stat(folder)).ino, ino)
    }))

test('a link in place of the folder is not followed', () =>
  inFolder(async (base) => {
    const folders = createGuestFolders({ base, owner: 'own1' })
    await folders.write('b', CERT)
    const elsewhere = join(base, 'elsewhere')
    await mkdir(elsewhere)
    await writeFile(join(elsewhere, 'kept'), '')
    await symlink(elsewhere, folders.path('a'))
    await folders.write('a', CERT)
    assert.equal(await readdir(elsewhere), ['kept'])
    assert.equal(await readdir(folders.path('a')), ['ca.pem'])
  }))

test("it goes with its bottle, twice is harmless, and others' stay", () =>
  inFolder(async (base) => {
    const folders = createGuestFolders({ base, owner: 'own1' })
    await folders.write('a', CERT)
    await folders.write('b', CERT)
    await folders.remove('a')
    await folders.remove('a')
    assert.equal(await readdir(join(base, 'own1')), ['b'])
  }))

test('no name leads out of it', async () => {
  const folders = createGuestFolders({ base: '/nowhere', owner: 'own1' })
  for (const name of ['..', 'a/b', '', 'A', '.'])
    assert.throws(
      () => folders.path(name),
      (error: unknown) => isDriverError(error, 'InvalidRequest'),
    )
  assert.throws(() => createGuestFolders({ base: '/nowhere', owner: '..' }), /can't be part/)
})

test.run()
