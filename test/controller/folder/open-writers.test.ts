import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstat, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createFolder, type Folder } from '../../../controller/folder/folder.ts'
import { createOpenWriters } from '../../../controller/folder/open-writers.ts'
import { createClock } from '../../../controller/time/clock.ts'
import { createStoppedFile } from '../../files/stopped-file.ts'
import { suite } from '../../helpers/suite.ts'

/** Writers that take their time: a shell that has the file open, and writes when it is told to. */
const test = suite('open writers')

interface Shell {
  readonly child: ChildProcess
  /** Appends a line through the descriptor that it opened at the start. */
  write(line: string): Promise<void>
  close(): Promise<void>
}

const openShell = async (file: string, how: '>' | '>>' | '<'): Promise<Shell> => {
  const script = `exec 5${how}"$1"; echo ready; while read -r line; do [ "$line" = . ] && exit; echo "$line" >&5; echo done; done`
  const child = spawn('sh', ['-c', script, 'sh', file], { stdio: ['pipe', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  return {
    child,
    write: async (line) => {
      child.stdin.write(`${line}\n`)
      await once(child.stdout, 'data')
    },
    close: async () => {
      child.stdin.write('.\n')
      await once(child, 'close')
    },
  }
}

const withRoot = async (work: (root: string, folder: Folder) => Promise<void>): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-open-'))
  const folder = createFolder({ root, stateDir: join(root, '.bottled'), clock: createClock() })
  try {
    await work(root, folder)
  } finally {
    await folder.settled()
    await rm(root, { recursive: true, force: true })
  }
}

const withStatus = (text: string): string => `${text.replace(/status: .*\n/, '')}status: ours\n`

for (const how of ['>', '>>'] as const)
  test(`who opened a file with ${how} loses nothing, however long they pause`, () =>
    withRoot(async (root, folder) => {
      const file = join(root, 'all.yaml')
      await writeFile(file, 'a: 1\n')
      const shell = await openShell(file, how)
      await shell.write('b: 2')
      const before = await readFile(file, 'utf8')
      const [written, writer] = await Promise.all([folder.rewrite('all.yaml', withStatus), folder.writerOf('all.yaml')])
      assert.match(writer ?? '', /^sh \(pid \d+\)$/)
      assert.is(written.kind, 'held')
      assert.match(written.kind === 'held' ? written.writer.name : '', /^sh \(pid \d+\)$/)
      assert.is(await readFile(file, 'utf8'), before)
      assert.match((await folder.writerOf('all.yaml')) ?? '', /^sh \(pid \d+\)$/)
      await shell.write('c: 3')
      assert.is((await folder.rewrite('all.yaml', withStatus)).kind, 'held')
      await shell.write('d: 4')
      await shell.close()
      assert.is((await folder.rewrite('all.yaml', withStatus)).kind, 'written')
      assert.is(await readFile(file, 'utf8'), `${before}c: 3\nd: 4\nstatus: ours\n`)
      assert.is(await folder.writerOf('all.yaml'), undefined)
      await folder.settled()
      assert.equal(await readdir(root), ['all.yaml'])
    }))

test('who only reads a file is not in the way', () =>
  withRoot(async (root, folder) => {
    await writeFile(join(root, 'a.yaml'), 'a: 1\n')
    const shell = await openShell(join(root, 'a.yaml'), '<')
    assert.is((await folder.rewrite('a.yaml', withStatus)).kind, 'written')
    assert.is(await folder.writerOf('a.yaml'), undefined)
    await shell.close()
  }))

test('while looks are spared, a write ends later, and a writer gets the file back all the same', () =>
  withRoot(async (root, folder) => {
    const hints: (string | undefined)[] = []
    const watch = await folder.watch((path) => hints.push(path))
    await writeFile(join(root, 'first.yaml'), 'a: 1\n')
    await writeFile(join(root, 'held.yaml'), 'a: 1\n')
    // Its look at processes spares the next one.
    assert.is((await folder.rewrite('first.yaml', withStatus)).kind, 'written')
    const shell = await openShell(join(root, 'held.yaml'), '>>')
    await folder.rewrite('first.yaml', (text) => `${text}# more\n`)
    const written = await folder.rewrite('held.yaml', withStatus)
    const again = await folder.rewrite('held.yaml', (text) => `${text}# twice\n`)
    // Though our own text has the name at this moment.
    assert.match((await folder.writerOf('held.yaml')) ?? '', /^sh \(pid \d+\)$/)
    await folder.settled()
    assert.is(await readFile(join(root, 'held.yaml'), 'utf8'), 'a: 1\n', `${written.kind}, ${again.kind}`)
    await shell.write('b: 2')
    assert.is(await readFile(join(root, 'held.yaml'), 'utf8'), 'a: 1\nb: 2\n')
    await shell.close()
    assert.is((await folder.rewrite('held.yaml', withStatus)).kind, 'written')
    await folder.settled()
    assert.is(await readFile(join(root, 'held.yaml'), 'utf8'), 'a: 1\nb: 2\nstatus: ours\n')
    assert.equal((await readdir(root)).toSorted(), ['first.yaml', 'held.yaml'])
    await watch.close()
  }))

test('after a crash amid a write, who still has the old file open gets its name back', () =>
  withRoot(async (root, folder) => {
    const file = join(root, 'a.yaml')
    await writeFile(file, 'a: 1\n')
    const shell = await openShell(file, '>>')
    const crashed = createFolder({
      root,
      stateDir: join(root, '.bottled'),
      clock: createClock(),
      onStep: (step) => {
        if (step === 'checked') throw new Error('killed')
      },
    })
    await crashed.rewrite('a.yaml', withStatus).catch(() => undefined)
    assert.is(await readFile(file, 'utf8'), 'a: 1\nstatus: ours\n')
    await new Promise((resolve) => setTimeout(resolve, 300))
    await folder.sweep()
    await shell.write('b: 2')
    assert.is(await readFile(file, 'utf8'), 'a: 1\nb: 2\n')
    await shell.close()
  }))

test('a descriptor is found by its inode, whatever became of the name', () =>
  withRoot(async (root) => {
    const file = join(root, 'a.yaml')
    await writeFile(file, '')
    const stat = await lstat(file, { bigint: true })
    const shell = await openShell(file, '>')
    const writers = createOpenWriters()
    await rename(file, join(root, 'b.txt'))
    const [writer, nobody] = await Promise.all([writers.of(stat), writers.of({ dev: 0n, ino: 1n })])
    assert.is(writer?.pid, shell.child.pid)
    assert.is(nobody, undefined)
    assert.is(writer?.isOpen(), true)
    await shell.close()
    assert.is(writer?.isOpen(), false)
    assert.is(await createOpenWriters('/nowhere').of(stat), undefined)
  }))

const stopped = await createStoppedFile()
process.once('exit', () => stopped?.remove())
const hung = 'a file that another process has open on a file system that stopped hangs nobody'
if (stopped === undefined) test.skip(hung, 'nothing can be mounted here')
else
  test(hung, async () => {
    // In another process: if it hung, the test could not say so.
    const script = `
      import { writeFileSync, statSync } from 'node:fs'
      const { createOpenWriters } = await import(${JSON.stringify(new URL('../../../controller/folder/open-writers.ts', import.meta.url).href)})
      writeFileSync(process.argv[2], '')
      console.log(await createOpenWriters().of(statSync(process.argv[2], { bigint: true })))`
    const folder = await mkdtemp(join(tmpdir(), 'bottle-t-open-'))
    try {
      await writeFile(join(folder, 'asks.mjs'), script)
      const asks = spawn(process.execPath, ['--import', 'tsx', join(folder, 'asks.mjs'), join(folder, 'a.yaml')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const late = setTimeout(() => asks.kill('SIGKILL'), 15_000)
      let out = ''
      asks.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
      await once(asks, 'close')
      clearTimeout(late)
      assert.is(out, 'undefined\n')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

test.run()
