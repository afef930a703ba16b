import type { Finding } from '../doctor/check.ts'
import type { Proof, TriedRuntime } from './prove.ts'

/** What the proof of the seal comes to, for a person. Pure. */
export const sealFinding = ({ verdict }: Pick<Proof, 'verdict'>, runtime: TriedRuntime = 'microvm'): Finding => {
  const guest = runtime === 'container' ? 'container' : 'guest'
  switch (verdict.kind) {
    case 'proven':
      return {
        check: 'seal',
        level: 'ok',
        message: `a ${guest} tried ${verdict.rows} ways out, and reached its bundle only`,
      }
    case 'leak':
      return {
        check: 'seal',
        level: 'fail',
        message: `the ${guest} reaches ${verdict.leaks.join('; ')}`,
        command: 'bottlectl describe bottle NAME',
        hint: 'it shows a bottle; run no agent on this host until this is closed',
      }
    case 'unknown':
      return {
        check: 'seal',
        level: 'fail',
        message: `nothing is proven: ${verdict.why}`,
        command: `bottled doctor --seal --runtime ${runtime}`,
        hint: 'bottled run with --log-level debug shows what keeps it from its bundle',
      }
  }
}

/** What was not tried, or not seen, and so isn't shown. */
export const asideFindings = ({ captured, triedNames }: Pick<Proof, 'captured' | 'triedNames'>): readonly Finding[] => [
  ...(captured === undefined ? [] : [capturedFinding(captured)]),
  ...(triedNames
    ? []
    : [
        {
          check: 'names',
          level: 'warn',
          message: 'names that lead inward were not tried: this bundle image takes no policy that would allow one',
          command: 'bottled bundle build',
          hint: 'and no --bundle-image',
        } as const,
      ]),
]

const capturedFinding = (captured: NonNullable<Proof['captured']>): Finding =>
  captured.kind === 'captured'
    ? {
        check: 'capture',
        level: 'ok',
        message: `seen from this host, its VM ${captured.leaks.length > 0 ? `spoke to others: ${captured.leaks.join('; ')}` : 'spoke to its bundle only'}, in ${captured.looks} looks at its sockets`,
      }
    : { check: 'capture', level: 'warn', message: `not captured from the side of this host: ${captured.why}` }
