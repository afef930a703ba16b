import { plainDecision } from '../../egress/expected.ts'
import type { Explanation } from '../../egress/explain.ts'
import type { Decision } from '../../egress/policy.ts'
import type { EgressPreset } from '../../schemas/egress.ts'
import { decisionWords } from '../egress/decision-words.ts'
import { visible } from '../print/cell.ts'
import { alignLines, TABLE } from '../print/columns.ts'

/** Egress presets and decisions as text. Pure. */
export const presetTable = (presets: readonly EgressPreset[]): string =>
  lines(
    alignLines(
      [
        'NAME\tVERSION\tENTRIES\tDESCRIPTION',
        ...presets.map((each) => `${each.name}\t${each.version}\t${each.allow.length}\t${each.description}`),
      ],
      TABLE,
    ),
  )

/** `GET https://a.example/: denied, NotAllowed`, then why. */
export const decisionText = ({ what, why }: Explanation, decision: Decision): string =>
  lines([`${what}: ${decisionWords(plainDecision(decision))}`, ...why])

/** Globs and names of a policy may be somebody else's. */
const lines = (texts: readonly string[]): string => texts.map((text) => `${visible(text)}\n`).join('')
