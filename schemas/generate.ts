import { readFileSync, writeFileSync } from 'node:fs'
import { generateTypes } from './generate-types.ts'

const at = (name: string): URL => new URL(name, import.meta.url)

const schema = JSON.parse(readFileSync(at('bottle.schema.json'), 'utf8'))
writeFileSync(at('bottle.ts'), await generateTypes(schema))
