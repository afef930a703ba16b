import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import { sourceDocuments } from '../../bottles/sources.ts'
import { pick } from '../../bottles/target.ts'
import { createPolicyJudge, POLICY_OPTION } from '../../policy/policy-judge.ts'
import type { Asked, PolicyOptions } from '../../policy/policy-judge.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'
import type { Session } from '../../session/session.ts'
import { defineCommand } from '../../verb/command.ts'
import { explanationObject, explanationText } from '../../views/policy.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'

interface ExplainOptions extends PolicyOptions {
  readonly output: 'text' | 'json'
}

export const policy = defineCommand<ExplainOptions>({
  name: 'policy',
  summary: "show what the operator's policy allows and forbids, and by which rule",
  arguments: '<action> <file-or-name...>',
  completes: 'names',
  details:
    'explain  each thing that a Bottle asks for, with the rule that allows or forbids it, and what to write to allow it\n\nA file or folder is named by its path (./NAME where a bottle has that name, too), a bottle of the root by its name. Exits with 1 if anything is forbidden.',
  examples: [
    'bottlectl policy explain researcher',
    'bottlectl policy explain bottles/researcher.yaml --policy ./policy.yaml',
    'bottlectl policy explain researcher -o json',
  ],
  options: [
    { flags: '-o, --output <format>', description: 'text or json', choices: ['text', 'json'], default: 'text' },
    POLICY_OPTION,
  ],
  run: async ({ session, args, options }) => {
    const [action = '', ...targets] = args
    if (action !== 'explain')
      throw new CliError(`unknown action "${action}"`, 'bottlectl policy explain FILE or NAME', 2)
    const asked = await askedOf(session, targets)
    const { judge, policy: inForce } = await createPolicyJudge(session, options)
    const bottles = []
    for (const each of asked) bottles.push({ ...each, ...(await judge(each)) })
    session.out(
      options.output === 'json'
        ? toJson(explanationObject(inForce, bottles))
        : explanationText(inForce, bottles, session.paint),
    )
    return bottles.some(({ violations }) => violations.length > 0) ? 1 : 0
  },
})

const askedOf = async (session: Session, targets: readonly string[]): Promise<readonly Asked[]> => {
  const loaded = await loadBottles(session)
  const asked = await Promise.all(
    targets.map(async (target): Promise<readonly Asked[]> => {
      const isName = loaded.bottles.some(({ name }) => name === target)
      if (!isName && (await isPath(session, target))) return sourceDocuments(session, [target])
      const view = pick(loaded, target)
      if (!view.valid)
        throw new CliError(
          `bottle/${view.name} is invalid: ${view.complaints.map(formatComplaint).join('; ')}`,
          'bottlectl validate',
          'Invalid',
        )
      const { metadata, line, file = '' } = view
      return [{ bottle: { metadata, spec: view.spec as BottleSpec }, file: join(session.root, file), path: file, line }]
    }),
  )
  return asked.flat()
}

const isPath = async ({ cwd }: Session, target: string): Promise<boolean> =>
  target === '-' || target.includes('/') || (await stat(resolve(cwd, target)).catch(() => undefined)) !== undefined
