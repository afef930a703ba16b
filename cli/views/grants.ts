import type { Grant } from '../../drivers/ports.ts'
import { cell } from '../print/cell.ts'

/** What was granted beside a bottle's file, a line each. Pure. `already`: how many entries the file itself has. */
export const grantLines = (grants: readonly Grant[] = [], already = 0): readonly string[] =>
  grants.map(
    ({ ask, by, entry }, index) =>
      `allow[${already + index}], ${placeOf(entry)}${entry.until === undefined ? '' : ` until ${cell(entry.until)}`}: granted by overlay (ask ${cell(ask)}, by ${cell(by)}), not in the file`,
  )

const placeOf = ({ host, ports = [443], methods = ['any method'], paths = [] }: Grant['entry']): string =>
  cell(`${methods.join(', ')} ${host}:${ports.join(',')}${paths.length === 0 ? '' : ` ${paths.join(', ')}`}`)
