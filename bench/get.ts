import { executable, readAndParse, runOnce } from './child.ts'
import type { BenchOptions } from './options.ts'
import { median } from './measurement.ts'
import type { Measurement } from './measurement.ts'

/** `bottlectl get bottles`, compared with a node that only reads and parses the same files, in turns. */
const ROUNDS = 5

/** Prints every resolved module on stderr. */
const LOUD = `data:text/javascript,${encodeURIComponent(
  `import { register } from 'node:module'
   register('data:text/javascript,' + encodeURIComponent("import { writeSync } from 'node:fs'; export const resolve = async (name, context, next) => { const found = await next(name, context); writeSync(2, 'module ' + found.url + '\\\\n'); return found }"))`,
)}`

export const measureGet = async ({ bottles, fleets }: BenchOptions): Promise<readonly Measurement[]> => {
  const root = await fleets.ready(bottles)
  const get = [executable('bottlectl'), 'get', 'bottles', '-d', root]
  const own: number[] = []
  const floor: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    floor.push((await runOnce(readAndParse(root))).tookMs)
    own.push((await runOnce(get)).tookMs)
  }
  const { stdout, stderr } = await runOnce(['--import', LOUD, ...get])
  const lines = stdout.trim().split('\n').length - 1
  if (lines !== bottles) throw new Error(`bottlectl get shows ${lines} of ${bottles} bottles`)
  const modules = stderr.split('\n').filter((line) => line.startsWith('module '))
  const heavy = modules.filter((line) => /node_modules\/(dockerode|chokidar)\//.test(line))
  return [
    {
      name: 'bottlectl get',
      unit: 'ms',
      value: median(own),
      floor: median(floor),
      budget: 1.5,
      note: `${bottles} bottles, median of ${ROUNDS}`,
    },
    {
      name: 'get: dockerode, chokidar',
      unit: '',
      value: heavy.length,
      budget: 0,
      note: `of ${modules.length} modules loaded`,
    },
  ]
}
