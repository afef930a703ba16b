import { readFile } from 'node:fs/promises'
import { nearest } from '../../../controller/document/nearest.ts'
import { presets } from '../../../schemas/egress-presets.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'
import { presetTable } from '../../views/egress.ts'
import type { Run } from './run.ts'

export const showPresets = async ({ session, args, options }: Run): Promise<number> => {
  const [name, ...more] = args
  if (more.length > 0) throw new CliError('more than one preset is named', 'bottlectl egress presets NAME', 2)
  if (name === undefined) {
    session.out(options.output === 'json' ? toJson(presets) : presetTable(presets))
    return 0
  }
  const preset = presets.find((each) => each.name === name)
  const names = presets.map((each) => each.name)
  if (preset === undefined) {
    const meant = nearest(name, names)
    const hint = meant === undefined ? names.join(', ') : `did you mean "${meant}"?`
    throw new CliError(`there is no preset "${visible(name)}"`, hint, 3)
  }
  const file = new URL(`../../../schemas/presets/${preset.name}.yaml`, import.meta.url)
  session.out(options.output === 'json' ? toJson(preset) : await readFile(file, 'utf8'))
  return 0
}
