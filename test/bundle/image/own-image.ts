import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { dockerMissing } from '../../helpers/docker.ts'
import { entry } from '../../helpers/entry.ts'
import { imageOnce } from './once.ts'

const run = promisify(execFile)

/** Why the image of `bottled bundle build` can't be made here; undefined if it can. Throws if it is required. */
export const ownImageMissing = (): string | undefined => {
  const docker = dockerMissing()
  if (docker !== undefined) return docker
  const why = !existsSync(NODE22)
    ? `there is no ${NODE22}; .ci/install-node22 FOLDER installs it`
    : !existsSync(NFT)
      ? `there is no ${NFT}: apt-get install nftables`
      : undefined
  if (why === undefined) return undefined
  if ((process.env['BOTTLED_REQUIRE'] ?? '').split(',').includes('bundle'))
    throw new Error(`BOTTLED_REQUIRE names bundle, but ${why}`)
  return why
}

/** Of the Node that the image has. */
export const NODE22 = join(process.env['BOTTLED_NODE22'] ?? join(homedir(), '.cache/bottled-node22'), 'bin', 'node')
/** Debian's; the rules of a seal are loaded by it. */
const NFT = '/usr/sbin/nft'

/**
 * A base for it where no registry of images is reached: the Node that npm carries, and of this machine `env`, `sh`, git, `nft` and
 * their libraries.
 * Its tag is a hash of what is in it, so it is made once per machine.
 */
export const baseImage = async (): Promise<string> => {
  const files = new Map([
    ['/usr/local/bin/node', NODE22],
    ['/usr/bin/env', '/usr/bin/env'],
    ['/bin/sh', '/bin/sh'],
    ['/usr/bin/git', '/usr/bin/git'],
    ['/usr/lib/git-core/git-remote-https', '/usr/lib/git-core/git-remote-https'],
    ['/usr/sbin/nft', NFT],
  ])
  const programs = [...files.values()]
  for (const file of programs)
    for (const [library] of (await run('ldd', [file])).stdout.matchAll(/\/\S+\.so\S*/g)) files.set(library, library)
  const folder = dirname([...files.keys()].find((path) => path.includes('/libc.so')) ?? '')
  // getaddrinfo loads them when it is first asked.
  for (const name of ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'])
    if (existsSync(join(folder, name))) files.set(join(folder, name), join(folder, name))
  const hash = createHash('sha256')
  for (const [path, from] of files) hash.update(`\0${path}\0`).update(await readFile(from))
  const tag = `bottled-test-node22:${hash.digest('hex').slice(0, 16)}`
  return imageOnce(tag, () => importFiles(files, tag))
}

/**
 * The image of `bottled bundle build` on `baseImage`, made once per machine for what it is made of: its files, its packages' lock
 * and its Dockerfile. `program`: node's arguments for the `bottled` that builds it. Removing it would take it from other tests.
 */
export const ownImage = async (program: readonly string[] = entry('bottled')): Promise<string> => {
  const base = await baseImage()
  const bottled = program.at(-1) ?? ''
  const from = dirname(dirname(bottled))
  const hash = createHash('sha256').update(base)
  for (const room of ['bundle', 'egress', 'cli/bundle'])
    for (const path of readdirSync(join(from, room), { recursive: true, encoding: 'utf8' }).toSorted())
      if (extname(path) === extname(bottled) || path.startsWith('package'))
        hash.update(`\0${room}/${path}\0`).update(await readFile(join(from, room, path)))
  const tag = `bottled/bundle:test-${hash.digest('hex').slice(0, 16)}`
  return imageOnce(tag, async () => {
    const { code, stderr } = await endOf([...program, 'bundle', 'build', '--base', base, '--tag', tag])
    if (code !== 0) throw new Error(stderr)
  })
}

/** Makes an image of files of this machine, each at its path there: path in the image → path here. */
export const importFiles = async (files: ReadonlyMap<string, string>, tag: string): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-base-'))
  try {
    for (const [path, from] of files) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await copyFile(from, join(root, path))
    }
    await mkdir(join(root, 'etc'), { recursive: true })
    await writeFile(join(root, 'etc', 'nsswitch.conf'), 'hosts: files dns\n')
    await importFolder(root, tag)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** Makes an image of what is in a folder, all of it root's and readable; `changes`: instructions of a Dockerfile. */
export const importFolder = async (root: string, tag: string, changes: readonly string[] = []): Promise<void> => {
  const pack = spawn('tar', ['-C', root, '--mode=a+rX', '--owner=0', '--group=0', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const flags = changes.flatMap((change) => ['--change', change])
  const load = spawn('docker', ['import', ...flags, '-'], { stdio: [pack.stdout, 'pipe', 'inherit'] })
  // Only docker reads it: tar ends if docker does.
  pack.stdout.destroy()
  let id = ''
  load.stdout.on('data', (chunk: Buffer) => (id += chunk.toString()))
  // A tar that ended early may be an image as well, which must not get the name.
  await Promise.all([ended(pack, 'tar'), ended(load, 'docker import')])
  await run('docker', ['tag', id.trim(), tag])
}

const ended = (child: ChildProcess, what: string): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${what} ended with ${String(code)}`))))
  })

/** Runs `bottled bundle build` as a person does: for what the command itself does; who needs its image takes `ownImage`. */
export const bundleBuild = (...flags: readonly string[]): Promise<BuildEnd> =>
  endOf([...entry('bottled'), 'bundle', 'build', ...flags])

interface BuildEnd {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const endOf = (words: readonly string[]): Promise<BuildEnd> =>
  new Promise((resolve) => {
    execFile(process.execPath, words, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr })
    })
  })

/** One message by the control command, and the bundle's answer to it. */
export const tellBundle = (id: string, text: string): Promise<Readonly<Record<string, unknown>>> =>
  new Promise((resolve, reject) => {
    const child = execFile('docker', ['exec', '-i', id, 'bottled-bundle', 'control'], (_, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Readonly<Record<string, unknown>>)
      } catch {
        reject(new Error(stdout + stderr))
      }
    })
    child.stdin?.end(text)
  })
