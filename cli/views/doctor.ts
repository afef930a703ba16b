import type { Finding } from '../doctor/check.ts'
import type { Paint } from '../print/colour.ts'
import { visible } from '../print/cell.ts'

/** A line per finding, and below it what to do. Pure. */
export const doctorText = (findings: readonly Finding[], paint: Paint): string => {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ check, level, message, hint }) => [
    `${paint(level.padEnd(4), level === 'ok' ? 'good' : level === 'warn' ? 'busy' : 'bad')}  ${check.padEnd(width)}  ${visible(message)}`,
    ...(hint === undefined ? [] : [`${' '.repeat(6 + width + 2)}→ ${visible(hint)}`]),
  ])
  const count = (level: Finding['level']): number => findings.filter((each) => each.level === level).length
  const counted = (level: Finding['level'], noun: string): string =>
    `${count(level)} ${noun}${count(level) === 1 ? '' : 's'}`
  return `${[...lines, '', `${count('ok')} ok, ${counted('warn', 'warning')}, ${counted('fail', 'failure')}`].join('\n')}\n`
}
