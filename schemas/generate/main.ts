import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { generateAll } from './all.ts'
import { generateEgress } from './egress.ts'
import { generatePolicy } from './policy.ts'

/** `npm run schemas`: writes the files generated from the schemas and presets beside them. */
const at = (name: string): URL => new URL(`../${name}`, import.meta.url)
const read = (name: string): string => readFileSync(at(name), 'utf8')

const files = {
  ...(await generateAll({
    bottle: read('bottle.schema.json'),
    egress: read('egress.schema.json'),
    presets: textsOf('presets', /\.yaml$/),
  })),
  ...(await generatePolicy(read('policy.schema.json'))),
  ...(await generateEgress({
    schemas: textsOf('.', /^egress.*\.schema\.json$/),
    presets: textsOf('presets', /\.yaml$/),
  })),
}
for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text)

function textsOf(folder: string, names: RegExp): Readonly<Record<string, string>> {
  const found = readdirSync(at(folder)).filter((name) => names.test(name))
  return Object.fromEntries(found.map((name) => [name, read(`${folder}/${name}`)]))
}
