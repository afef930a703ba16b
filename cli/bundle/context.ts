import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { INIT, dockerfile, hook, program } from './dockerfile.ts'
import type { Layout } from './dockerfile.ts'

/**
 * Fills a folder with what the bundle image is built from.
 *
 * Flow: our own files as they run here (JavaScript, or TypeScript, which Node 22 runs as it is), then the packages of
 *   bundle/package-lock.json by `install`.
 * Guarantees: every file can be read by any user, whatever our umask; nothing of the packages is run.
 */
export const fillContext = async (
  folder: string,
  { install }: { readonly install: (folder: string) => Promise<void> },
): Promise<void> => {
  const app = join(folder, 'app')
  await mkdir(app)
  for (const room of ['bundle', 'egress'])
    await cp(join(HERE, room), join(app, room), {
      recursive: true,
      filter: (path) => extname(path) === '' || extname(path) === `.${EXTENSION}`,
    })
  for (const name of ['package.json', 'package-lock.json'])
    await writeFile(join(app, name), await readFile(join(HERE, 'bundle', name)))
  await install(app)
  await writeFile(join(app, 'init'), INIT)
  await mkdir(join(app, 'hooks'))
  await writeFile(join(app, 'hooks', 'pre-receive'), hook(EXTENSION))
  await mkdir(join(folder, 'data', 'git'), { recursive: true })
  await writeFile(join(folder, 'bottled-bundle'), program(EXTENSION))
  await readable(folder)
  await chmod(join(folder, 'bottled-bundle'), 0o755)
  await chmod(join(app, 'hooks', 'pre-receive'), 0o755)
  // Whoever the bundle runs as: nobody else is in its container.
  await chmod(join(folder, 'data', 'git'), 0o777)
  await writeFile(join(folder, '.dockerignore'), NOT_NEEDED)
}

/** Replaces what is there. */
export const layOut = async (folder: string, layout: Omit<Layout, 'extension'>): Promise<void> => {
  const file = join(folder, 'Dockerfile')
  await writeFile(file, dockerfile({ ...layout, extension: EXTENSION }))
  await chmod(file, 0o644)
}

const EXTENSION = extname(import.meta.filename).slice(1)
const HERE = join(import.meta.dirname, '..', '..')

/** Of sandbox-runtime the proxy takes JavaScript only; these are programs for sandboxes of other kinds. */
const NOT_NEEDED = 'app/node_modules/@anthropic-ai/sandbox-runtime/vendor\napp/node_modules/.bin\n'

const readable = async (path: string): Promise<void> => {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name)
    if (entry.isDirectory()) {
      await chmod(inner, 0o755)
      await readable(inner)
    } else if (entry.isFile()) await chmod(inner, 0o644)
  }
}
