import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { INLINED } from './lock.ts'

/** Bundles the page: `npm run page -- [FOLDER]`, by default `page/built`, where the sources look for it. */
const PAGE = join(import.meta.dirname, '..', 'page')
const MODULES = join(import.meta.dirname, '..', 'node_modules')

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
  const licences = INLINED.map((name) => `${name}\n\n${readFileSync(join(MODULES, name, 'LICENSE'), 'utf8')}`)
  writeFileSync(join(folder, 'licences.txt'), licences.join('\n'))
}

if (process.argv[1] === import.meta.filename) await buildPage(resolve(process.argv[2] ?? join(PAGE, 'built')))
