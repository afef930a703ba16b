import { readFile } from 'node:fs/promises'
import { inlined } from '../../../schemas/inlined.ts'
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
    const read = (name: string): Promise<string> =>
      readFile(new URL(`../../../schemas/${name}`, import.meta.url), 'utf8')
    const text = await read(FILES[options.output])
    // Printed alone, it must not lead to the file beside it.
    const whole = async (): Promise<string> =>
      `${JSON.stringify(inlined(JSON.parse(text), JSON.parse(await read('egress.schema.json'))), undefined, 2)}\n`
    session.out(options.output === 'json' ? await whole() : text)
    return 0
  },
})
