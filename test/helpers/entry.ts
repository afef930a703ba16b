import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** bottled or bottlectl with arguments: a program and what it is given. */
export const cli = (name: 'bottlectl' | 'bottled', ...argv: readonly string[]): readonly string[] => [
  process.execPath,
  ...entry(name),
  ...argv,
]

/** What node is given before the arguments: the package where `buildPackage` made it (BOTTLED_BUILT), else the sources. */
export const entry = (name: 'bottlectl' | 'bottled'): readonly string[] => {
  const built = process.env['BOTTLED_BUILT']
  if (built !== undefined) return [join(built, 'cli', `${name}.js`)]
  return ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL(`../../cli/${name}.ts`, import.meta.url))]
}
