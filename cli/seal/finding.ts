import type { Finding } from '../doctor/check.ts'
import type { Proof } from './prove.ts'

/** What the proof of the seal comes to, for a person. Pure. */
export const sealFinding = ({ verdict }: Pick<Proof, 'verdict'>): Finding => {
  switch (verdict.kind) {
    case 'proven':
      return {
        check: 'seal',
        level: 'ok',
        message: `a guest tried ${verdict.rows} ways out, and reached its bundle only`,
      }
    case 'leak':
      return {
        check: 'seal',
        level: 'fail',
        message: `the guest reaches ${verdict.leaks.join('; ')}`,
        hint: 'run no agent on this host until this is closed; bottlectl describe NAME says what bottled asked smolvm for',
      }
    case 'unknown':
      return {
        check: 'seal',
        level: 'fail',
        message: `nothing is proven: ${verdict.why}`,
        hint: 'try again; bottled run with --log-level debug shows what keeps the guest from its bundle',
      }
  }
}
