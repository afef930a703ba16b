import type { Finding } from '../doctor/check.ts'
import type { Paint } from '../print/colour.ts'
import { visible } from '../print/cell.ts'

/** A line per finding, below it the command that mends it, and at the end the next one; `run`: where nothing is missing. Pure. */
export const doctorText = (findings: readonly Finding[], paint: Paint, { run }: { readonly run: string }): string => {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ check, level, message, command, hint }) => [
    `${paint(level.padEnd(4), level === 'ok' ? 'good' : level === 'warn' ? 'busy' : 'bad')}  ${check.padEnd(width)}  ${visible(message)}`,
    ...(command === undefined ? [] : [`${' '.repeat(6 + width + 2)}→ ${visible(command)}`]),
    ...(hint === undefined ? [] : [`${' '.repeat(6 + width + 2)}  ${visible(hint)}`]),
  ])
  const count = (level: Finding['level']): number => findings.filter((each) => each.level === level).length
  const counted = (level: Finding['level'], noun: string): string =>
    `${count(level)} ${noun}${count(level) === 1 ? '' : 's'}`
  return `${[...lines, '', `${count('ok')} ok, ${counted('warn', 'warning')}, ${counted('fail', 'failure')}`, `Next: ${visible(nextOf(findings) ?? run)}`].join('\n')}\n`
}

/** What stands in the way of a first bottle: failures, then what no run could do without. */
const nextOf = (findings: readonly Finding[]): string | undefined =>
  findings.find(({ level }) => level === 'fail')?.command ??
  findings.find(({ check, level }) => level === 'warn' && ['bundle', 'bottles'].includes(check))?.command
