import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * An image for tests on the real Engine: busybox and four small scripts that answer like a bundle.
 *
 * 8888 answers GET /health like pipelock; 9418 with BOTTLE_GIT=1; 9100 with BOTTLE_SUPERVISE=1.
 * BREAK=no-forward-proxy|kill-switch|exit|oom|no-git|late makes it misbehave.
 * Its tag is a hash of its content, so it is built once per machine and never stale.
 */
const BUSYBOX = '/bin/busybox'
const SCRIPTS = join(import.meta.dirname, '..', 'fixtures', 'bundle')
const NAMES = ['init', 'proxy', 'git', 'supervise'] as const
const CHANGES = ['USER 65534:65534', 'CMD ["/bundle/init"]', 'LABEL dev.bottled.test=bundle']

const run = promisify(execFile)

let once: Promise<string> | undefined

/** The image's reference. */
export const bundleImage = (): Promise<string> => (once ??= build())

const build = async (): Promise<string> => {
  const busybox = await readFile(BUSYBOX).catch(() => {
    throw new Error(`tests on Docker need a static ${BUSYBOX}: apt-get install busybox-static`)
  })
  if (busybox.subarray(0, 4096).includes('ld-linux')) {
    throw new Error(`${BUSYBOX} is dynamically linked and can't run alone: apt-get install busybox-static`)
  }
  const hash = createHash('sha256').update(busybox).update(CHANGES.join('\n'))
  for (const name of NAMES) hash.update(`\0${name}\0`).update(await readFile(join(SCRIPTS, name)))
  const tag = `bottled-test-bundle:${hash.digest('hex').slice(0, 16)}`
  if (
    await run('docker', ['image', 'inspect', tag]).then(
      () => true,
      () => false,
    )
  )
    return tag
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-image-'))
  try {
    await fill(root)
    await importFolder(root, tag)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
  return tag
}

const fill = async (root: string): Promise<void> => {
  await chmod(root, 0o755)
  for (const folder of ['bin', 'bundle', 'tmp']) await mkdir(join(root, folder), { mode: 0o755 })
  await copyFile(BUSYBOX, join(root, 'bin', 'busybox'))
  await chmod(join(root, 'bin', 'busybox'), 0o755)
  for (const name of NAMES) {
    await copyFile(join(SCRIPTS, name), join(root, 'bundle', name))
    await chmod(join(root, 'bundle', name), 0o755)
  }
}

const importFolder = async (root: string, tag: string): Promise<void> => {
  const changes = CHANGES.flatMap((change) => ['--change', change])
  const pack = spawn('tar', ['-C', root, '--owner=0', '--group=0', '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const load = spawn('docker', ['import', ...changes, '-', tag], { stdio: ['pipe', 'ignore', 'inherit'] })
  pack.stdout.pipe(load.stdin)
  await Promise.all([ended(pack, 'tar'), ended(load, 'docker import')])
}

const ended = (child: ReturnType<typeof spawn>, what: string): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${what} ended with ${code}`))))
  })
