import { readFile } from 'node:fs/promises'
import { defineCommand } from '../../verb/command.ts'

const FILES = { json: 'bottle.schema.json', crd: 'bottle.crd.yaml', policy: 'policy.schema.json' } as const

export const schema = defineCommand<{ readonly output: keyof typeof FILES }>({
  name: 'schema',
  summary: 'print the schema of a Bottle',
  anyState: () => true,
  details:
    'Print the JSON Schema (draft-07) for editors, of a Bottle or of a BottlePolicy, or the CustomResourceDefinition for a cluster.',
  examples: ['bottlectl schema > bottle.schema.json', 'bottlectl schema -o crd | kubectl apply -f -'],
  options: [
    {
      flags: '-o, --output <format>',
      description: 'json, crd or policy',
      choices: ['json', 'crd', 'policy'],
      default: 'json',
    },
  ],
  run: async ({ session, options }) => {
    session.out(await readFile(new URL(`../../../schemas/${FILES[options.output]}`, import.meta.url), 'utf8'))
    return 0
  },
})
