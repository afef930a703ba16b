import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { lookAtPath } from '../../../drivers/reading/look-at-path.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('look at a path')

let home = ''
const at = (path: string): string => join(home, path)
test.before(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'bottle-t-look-')))
  await mkdir(at('real/sub'), { recursive: true })
  await writeFile(at('real/file'), '')
  execFileSync('mkfifo', [at('real/fifo')])
  for (const [link, target] of [
    ['link', 'real'],
    ['absolute', at('real')],
    ['chain', 'link/sub'],
    ['up', 'real/sub/../file'],
    ['dangling', 'real/new/x'],
    ['dangling-up', 'nowhere/../real'],
    ['through-link', 'link/new'],
    ['circle', 'circle'],
  ] as const)
    await symlink(target, at(link))
})
test.after(() => rm(home, { recursive: true, force: true }))

test('links are followed, those of parents and those that lead to nothing yet', async () => {
  for (const [path, canonical, kind] of [
    ['real', 'real', 'folder'],
    ['real/file', 'real/file', 'file'],
    ['real/fifo', 'real/fifo', 'other'],
    ['link/file', 'real/file', 'file'],
    ['absolute/sub', 'real/sub', 'folder'],
    ['chain', 'real/sub', 'folder'],
    ['up', 'real/file', 'file'],
    ['link/new/deep', 'real/new/deep', 'missing'],
    ['dangling', 'real/new/x', 'missing'],
    ['dangling/y', 'real/new/x/y', 'missing'],
    ['through-link/y', 'real/new/y', 'missing'],
    ['real/file/below', 'real/file/below', 'missing'],
    ['dangling-up', 'real', 'unknown'],
  ] as const)
    assert.equal(await lookAtPath(at(path)), { canonical: at(canonical), kind }, path)
  assert.is((await lookAtPath(at('circle/x'))).kind, 'unknown')
  assert.equal(await lookAtPath('/'), { canonical: '/', kind: 'folder' })
})

test('a socket is told apart', async () => {
  const server = createServer().listen(at('s'))
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    assert.equal(await lookAtPath(at('s')), { canonical: at('s'), kind: 'socket' })
  } finally {
    server.close()
  }
})

test('an aborted look throws', async () => {
  try {
    await lookAtPath('/', AbortSignal.abort())
    assert.unreachable()
  } catch (error) {
    assert.match(String(error), /cancelled/)
  }
})

test.run()
