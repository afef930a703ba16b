import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** bottled or bottlectl with arguments: a program and its arguments. */
export const cli = (name: 'bottlectl' | 'bottled', ...argv: readonly string[]): readonly string[] => [
  process.execPath,
  ...entry(name),
  ...argv,
]

/** Node's first arguments: the package if it was built (`test/build/`; BOTTLED_BUILT), otherwise the sources. */
export const entry = (name: 'bottlectl' | 'bottled'): readonly string[] => {
  const built = process.env['BOTTLED_BUILT']
  if (built !== undefined) return [join(built, 'cli', `${name}.js`)]
  return nodeArguments(fileURLToPath(new URL(`../../cli/${name}.ts`, import.meta.url)))
}

/** Node's first arguments for a TypeScript file: the JavaScript beside it if there is one (`layTree`). */
export const nodeArguments = (file: string): readonly string[] => {
  const compiled = file.replace(/\.ts$/, '.js')
  return existsSync(compiled) ? [compiled] : ['--import', import.meta.resolve('tsx'), file]
}
