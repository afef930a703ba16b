import { nearest } from '../../../controller/document/nearest.ts'
import { fields } from '../../../schemas/fields.ts'
import { defineCommand } from '../../verb/command.ts'
import { CliError } from '../../print/cli-error.ts'
import { explainText } from '../../views/explain.ts'
import { KIND_NAMES, namesOf } from '../../bottles/target.ts'

export const explain = defineCommand<{ readonly recursive?: boolean }>({
  name: 'explain',
  summary: 'describe the fields of a Bottle',
  anyState: () => true,
  arguments: '<field>',
  completes: 'fields',
  examples: [
    'bottlectl explain bottle',
    'bottlectl explain bottle.spec.workspace',
    'bottlectl explain bottle.spec --recursive',
  ],
  options: [{ flags: '--recursive', description: 'show nested fields, too' }],
  run: async ({ session, args, options }) => {
    const [word = ''] = args
    const [kind = '', ...rest] = word.split('.')
    namesOf([kind])
    const path = rest.filter((segment) => segment !== '').join('.')
    const field = fields.find((each) => each.path === path)
    if (path !== '' && field === undefined) throw unknownField(path)
    session.out(explainText(path, fields, options.recursive === true))
    return 0
  },
})

const unknownField = (path: string): CliError => {
  const parent = path.split('.').slice(0, -1)
  const siblings = fields.filter(
    (each) => each.path.split('.').length === parent.length + 1 && each.path.startsWith(parent.join('.')),
  )
  const last = path.split('.').at(-1) ?? ''
  const meant =
    nearest(
      last,
      siblings.map((each) => each.path.split('.').at(-1) ?? ''),
    ) ?? undefined
  const whole =
    meant === undefined
      ? nearest(
          path,
          fields.map((each) => each.path),
        )
      : [...parent, meant].join('.')
  const elsewhere = fields.find((each) => each.path.split('.').at(-1) === last)?.path
  const guess = whole ?? elsewhere
  return new CliError(
    `field "${last}" does not exist`,
    guess === undefined ? `bottlectl explain ${KIND_NAMES[1]} --recursive` : `did you mean "bottle.${guess}"?`,
    3,
  )
}
