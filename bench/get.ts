import { executable, NOTHING_KEPT, readAndParse, runOnce } from './child.ts'
import type { BenchOptions } from './options.ts'
import { median } from './measurement.ts'
import type { Measurement } from './measurement.ts'

/**
 * `bottlectl get bottles` and the completion of a name, by CPU time, compared with a node that only reads and parses the same
 * files, in turns: with and without what a controller kept of them.
 */
const ROUNDS = 5

/** Prints every resolved module on stderr. */
const LOUD = `data:text/javascript,${encodeURIComponent(
  `import { register } from 'node:module'
   register('data:text/javascript,' + encodeURIComponent("import { writeSync } from 'node:fs'; export const resolve = async (name, context, next) => { const found = await next(name, context); writeSync(2, 'module ' + found.url + '\\\\n'); return found }"))`,
)}`

export const measureGet = async ({ bottles, fleets }: BenchOptions): Promise<readonly Measurement[]> => {
  const root = await fleets.ready(bottles)
  const get = [executable('bottlectl'), 'get', 'bottles', '-d', root]
  const complete = [executable('bottlectl'), '__complete', '-d', root, 'describe', 'bottle', '']
  const own: number[] = []
  const kept: number[] = []
  const completed: number[] = []
  const floor: number[] = []
  await runOnce([executable('bottled'), 'run', root, '--simulate', '--subnet-pool', '10.128.0.0/9', '--once'])
  for (let round = 0; round < ROUNDS; round++) {
    floor.push((await runOnce(readAndParse(root))).cpuMs)
    own.push((await runOnce(get, NOTHING_KEPT)).cpuMs)
    kept.push((await runOnce(get)).cpuMs)
    completed.push((await runOnce(complete)).cpuMs)
  }
  const note = `${bottles} bottles, median of ${ROUNDS}`
  const { stdout, stderr } = await runOnce(['--import', LOUD, ...get])
  const lines = stdout.trim().split('\n').length - 1
  if (lines !== bottles) throw new Error(`bottlectl get shows ${lines} of ${bottles} bottles`)
  const modules = stderr.split('\n').filter((line) => line.startsWith('module '))
  const heavy = modules.filter((line) => /node_modules\/(dockerode|chokidar)\//.test(line))
  return [
    { name: 'get, nothing kept', unit: 'ms', value: median(own), floor: median(floor), budget: 1.3, note },
    { name: 'get', unit: 'ms', value: median(kept), floor: median(floor), budget: 0.5, note },
    { name: 'complete a name', unit: 'ms', value: median(completed), budget: 100, note },
    {
      name: 'get: dockerode, chokidar',
      unit: '',
      value: heavy.length,
      budget: 0,
      note: `of ${modules.length} modules loaded`,
    },
  ]
}
