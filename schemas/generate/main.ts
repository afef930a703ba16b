import { readFileSync, writeFileSync } from 'node:fs'
import { generateAll } from './all.ts'

/** `npm run schemas`: writes the files generated from bottle.schema.json beside it. */
const at = (name: string): URL => new URL(`../${name}`, import.meta.url)

const files = await generateAll(readFileSync(at('bottle.schema.json'), 'utf8'))
for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text)
