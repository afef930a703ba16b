import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imageOnce } from '../bundle/image/once.ts'
import { importFolder } from '../bundle/image/own-image.ts'

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
  return imageOnce(tag, async () => {
    const root = await mkdtemp(join(tmpdir(), 'bottle-t-image-'))
    try {
      await fill(root)
      await importFolder(root, tag, CHANGES)
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  })
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
