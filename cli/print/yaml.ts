import { yamlText } from '../../controller/document/yaml-text.ts'
import { sorted } from './json.ts'

/**
 * YAML as kubectl prints it: keys sorted, lists not indented; 1.1, so that strings that an old reader takes for dates or booleans
 * are quoted. Apart from JSON, as most verbs need no library for YAML. Pure.
 */
export const toYaml = (value: unknown): string =>
  yamlText(sorted(value), { version: '1.1', indentSeq: false, lineWidth: 0 })
