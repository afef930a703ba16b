import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cli } from '../../helpers/entry.ts'
import { dockerMissing } from '../../helpers/docker.ts'

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
  const found = await run('docker', ['image', 'inspect', tag]).then(
    () => true,
    () => false,
  )
  if (!found) await importFiles(files, tag)
  return tag
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

/** Makes an image of what is in a folder, all of it root's and readable. */
export const importFolder = async (root: string, tag: string): Promise<void> => {
  const pack = spawn('tar', ['-C', root, '--mode=a+rX', '--owner=0', '--group=0', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const load = spawn('docker', ['import', '-', tag], { stdio: [pack.stdout, 'ignore', 'inherit'] })
  const code = await new Promise((resolve, reject) => void load.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`docker import ended with ${String(code)}`)
}

/** Runs `bottled bundle build` as a person does. */
export const bundleBuild = (
  ...flags: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> => {
  const [file = '', ...args] = cli('bottled', 'bundle', 'build', ...flags)
  return new Promise((resolve) => {
    execFile(file, args, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr })
    })
  })
}

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
