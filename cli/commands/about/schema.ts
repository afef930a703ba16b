import { readFile } from 'node:fs/promises'
import { defineCommand } from '../../verb/command.ts'

export const schema = defineCommand<{ readonly output: 'json' | 'crd' }>({
  name: 'schema',
  summary: 'print the schema of a Bottle',
  anyState: () => true,
  details: 'Print the JSON Schema (draft-07) for editors, or the CustomResourceDefinition for a cluster.',
  examples: ['bottlectl schema > bottle.schema.json', 'bottlectl schema -o crd | kubectl apply -f -'],
  options: [{ flags: '-o, --output <format>', description: 'json or crd', choices: ['json', 'crd'], default: 'json' }],
  run: async ({ session, options }) => {
    const name = options.output === 'json' ? 'bottle.schema.json' : 'bottle.crd.yaml'
    session.out(await readFile(new URL(`../../../schemas/${name}`, import.meta.url), 'utf8'))
    return 0
  },
})
