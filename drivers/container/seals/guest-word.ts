import { createHash } from 'node:crypto'
import { CAPABILITIES } from '../body.ts'
import { closedRules, openRules } from './rules.ts'

/** What keeps an agent in a container in, in a word that changes with it: what was tried of another one shows nothing of this. Pure. */
export const containerGuest = (): string => {
  const parts = [closedRules(), openRules('192.0.2.2', [1]), CAPABILITIES]
  return `container, rules ${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)}`
}
