import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openAccess } from '../../../drivers/access/shared-folder.ts'
import { programMissing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('shared folders')
const OTHER = 54_321
const isRoot = process.getuid?.() === 0

const inFolder = async (body: (top: string) => Promise<void>): Promise<void> => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-shared-')))
  try {
    await body(top)
  } finally {
    rmSync(top, { recursive: true, force: true })
  }
}

const whyOf = async (path: string): Promise<string | undefined> => (await (await openAccess()).sharedWay(path))?.why

test('a folder, each folder above it and each link on the way count; what is missing counts by what leads to it', () =>
  inFolder(async (top) => {
    const deep = join(top, 'a', 'b')
    mkdirSync(deep, { recursive: true })
    assert.is(await whyOf(deep), undefined)
    assert.is(await whyOf(join(deep, 'not', 'yet')), undefined)
    chmodSync(deep, 0o1777)
    assert.is(await whyOf(deep), `every user may write ${deep} (mode 1777)`)
    assert.is(await whyOf(join(deep, 'not-yet')), undefined, 'whoever is first there is looked at again')
    chmodSync(deep, 0o755)
    chmodSync(join(top, 'a'), 0o777)
    assert.is(await whyOf(deep), `every user may write ${join(top, 'a')} (mode 0777)`)
    assert.is(await whyOf(join(deep, 'not-yet')), `every user may write ${join(top, 'a')} (mode 0777)`)
    mkdirSync(join(top, 'links'))
    const link = join(top, 'links', 'link')
    symlinkSync('../a/b', link)
    assert.is(await whyOf(link), `every user may write ${join(top, 'a')} (mode 0777)`)
    chmodSync(join(top, 'a'), 0o755)
    assert.is(await whyOf(link), undefined)
    assert.is(await whyOf(`${top}/links/./../links//link/..`), undefined)
    chmodSync(join(top, 'links'), 0o777)
    assert.is(await whyOf(link), `every user may write ${join(top, 'links')} (mode 0777)`)
    chmodSync(join(top, 'links'), 0o755)
    rmSync(link)
    symlinkSync(link, link)
    await whyOf(link).then(
      () => assert.unreachable(),
      (error: unknown) => assert.match(String(error), /too many links/),
    )
    rmSync(link)
    symlinkSync('/tmp', link)
    assert.is(await whyOf(link), 'every user may write /tmp (mode 1777)')
  }))

test('folders below count but those that are not looked into', () =>
  inFolder(async (top) => {
    const access = await openAccess()
    mkdirSync(join(top, 'a', 'b'), { recursive: true })
    mkdirSync(join(top, 'no', 'c'), { recursive: true })
    chmodSync(join(top, 'no', 'c'), 0o777)
    assert.is(await access.sharedBelow(top, (name) => name !== 'no'), undefined)
    assert.is((await access.sharedBelow(top, () => true))?.path, join(top, 'no', 'c'))
    // Every link has the mode 0777; its way is judged elsewhere.
    symlinkSync('a', join(top, 'link'))
    assert.is(await access.sharedBelow(join(top, 'link'), () => true), undefined)
    chmodSync(join(top, 'a', 'b'), 0o777)
    assert.is((await access.sharedBelow(top, (name) => name !== 'no'))?.path, join(top, 'a', 'b'))
  }))

if (!isRoot) test.skip('the folder and the links of another user', 'only root can be another user')
else
  test("another user's folder, another user's link in a sticky folder, and a folder of root's for another user", () =>
    inFolder(async (top) => {
      chmodSync(top, 0o1777)
      const own = join(top, 'own')
      mkdirSync(own)
      symlinkSync('own', join(top, 'link'))
      assert.is(await whyOf(join(top, 'link')), undefined)
      lchownSync(join(top, 'link'), OTHER, OTHER)
      assert.is(
        await whyOf(join(top, 'link')),
        `the link ${join(top, 'link')} belongs to the user with the number ${OTHER}`,
      )
      const theirs = await openAccess({ uid: OTHER, gid: OTHER })
      assert.is(await theirs.sharedWay(own), undefined)
      chownSync(own, OTHER, OTHER)
      chmodSync(own, 0o2775)
      assert.is(await theirs.sharedWay(own), undefined, 'umask 002')
      assert.is(await whyOf(own), `${own} belongs to the user with the number ${OTHER}`)
    }))

const title = 'an access list that lets another user write'
const python = programMissing('python3')
if (process.platform !== 'linux' || python !== undefined) test.skip(title, python ?? 'Linux alone is asked for lists')
else
  test(title, () =>
    inFolder(async (top) => {
      const folder = join(top, 'listed')
      mkdirSync(folder)
      // user::rwx user:54321:rwx group::r-x mask::rwx other::r-x
      const entries = [
        [1, 7, -1],
        [2, 7, OTHER],
        [4, 5, -1],
        [16, 7, -1],
        [32, 5, -1],
      ]
      const script = `import os,struct;os.setxattr(${JSON.stringify(folder)},"system.posix_acl_access",struct.pack("<I",2)+b"".join(struct.pack("<HHi",*e) for e in ${JSON.stringify(entries)}))`
      try {
        execFileSync('python3', ['-c', script], { stdio: ['ignore', 'ignore', 'pipe'] })
      } catch (error) {
        if (/not supported/i.test(String((error as { stderr?: unknown }).stderr)))
          return console.log('SKIP  no access lists on this file system')
        throw error
      }
      assert.is(await whyOf(folder), `${folder} has an access list by which others may write it`)
    }),
  )

test.run()
