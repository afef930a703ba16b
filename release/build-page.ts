import { copyFileSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

/** Bundles the page: `npm run page -- [FOLDER]`, by default `page/built`, where the sources look for it. */
const PAGE = join(import.meta.dirname, '..', 'page')

export const buildPage = async (folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: { page: join(PAGE, 'main.ts') },
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'inline',
    logLevel: 'warning',
  })
  await build({
    entryPoints: { page: join(PAGE, 'page.css') },
    outdir: folder,
    minify: true,
    target: 'chrome110',
    logLevel: 'warning',
  })
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(PAGE, name), join(folder, name))
}

if (process.argv[1] === import.meta.filename) await buildPage(resolve(process.argv[2] ?? join(PAGE, 'built')))
