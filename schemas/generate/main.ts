import { readFileSync, writeFileSync } from 'node:fs'
import { generateAll } from './all.ts'
import { generatePolicy } from './policy.ts'

/** `npm run schemas`: writes the files generated from the schemas beside them. */
const at = (name: string): URL => new URL(`../${name}`, import.meta.url)
const read = (name: string): string => readFileSync(at(name), 'utf8')

const files = {
  ...(await generateAll(read('bottle.schema.json'))),
  ...(await generatePolicy(read('policy.schema.json'))),
}
for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text)
