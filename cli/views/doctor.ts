import type { Finding } from '../doctor/check.ts'
import type { Paint } from '../print/colour.ts'
import { visible } from '../print/cell.ts'

export interface Next {
  /** Where nothing is missing. */
  readonly run: string
  /** The same with agents in containers. */
  readonly runContainers: string
  /** Names of the checks that these need nothing of. */
  readonly ofVms: readonly string[]
}

/** A line per finding, below it the command that mends it, and at the end the next one. Pure. */
export const doctorText = (findings: readonly Finding[], paint: Paint, next: Next): string => {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ check, level, message, command, hint }) => [
    `${paint(level.padEnd(4), level === 'ok' ? 'good' : level === 'warn' ? 'busy' : 'bad')}  ${check.padEnd(width)}  ${visible(message)}`,
    ...(command === undefined ? [] : [`${' '.repeat(6 + width + 2)}→ ${visible(command)}`]),
    ...(hint === undefined ? [] : [`${' '.repeat(6 + width + 2)}  ${visible(hint)}`]),
  ])
  const count = (level: Finding['level']): number => findings.filter((each) => each.level === level).length
  const counted = (level: Finding['level'], noun: string): string =>
    `${count(level)} ${noun}${count(level) === 1 ? '' : 's'}`
  return `${[...lines, '', `${count('ok')} ok, ${counted('warn', 'warning')}, ${counted('fail', 'failure')}`, `Next: ${visible(nextOf(findings, next))}`].join('\n')}\n`
}

/** What stands in the way of a first bottle: failures, then what no run could do without. Where no VM can run, of one in a container. */
const nextOf = (findings: readonly Finding[], { run, runContainers, ofVms }: Next): string => {
  const inContainer = findings.some(({ instead }) => instead === 'container')
  const counting = inContainer
    ? findings.filter(({ check, instead }) => !ofVms.includes(check) && instead === undefined)
    : findings
  return (
    counting.find(({ level }) => level === 'fail')?.command ??
    counting.find(({ check, level }) => level === 'warn' && ['bundle', 'bottles'].includes(check))?.command ??
    (inContainer ? runContainers : run)
  )
}
