import { pushTarget, urlOf } from '../../controller/asks/ask.ts'
import type { Ask } from '../../controller/asks/ask.ts'
import type { NamedAsk } from '../bottles/asks.ts'
import { ageOf } from '../print/age.ts'
import { cell } from '../print/cell.ts'

/** Asks as rows, and one as lines. Pure. An agent's words are always in quotes. */
export const ASK_HEADER = ['ID', 'BOTTLE', 'KIND', 'ASKS FOR', 'AGE'].join('\t')

export const askRow = ({ bottle, ask }: NamedAsk, now: number): string =>
  [ask.id, bottle, ask.content.kind, clipped(shortOf(ask), 100), ageOf(ask.openedAt, now)].map(cell).join('\t')

/** Among what else is told of its bottle. */
export const askLine = ({ ask }: NamedAsk, now: number): string =>
  [ask.id, ask.content.kind, ageOf(ask.openedAt, now), clipped(shortOf(ask), 100)].map(cell).join('  ')

const shortOf = ({ content }: Ask): string => {
  switch (content.kind) {
    case 'egress':
      return `${content.method ?? 'any method'} ${urlOf(content)}${content.minutes === undefined ? '' : `, ${content.minutes} min`}: ${JSON.stringify(content.why)}`
    case 'question':
      return `${JSON.stringify(content.question)}${content.choices === undefined ? '' : ` ${JSON.stringify(content.choices)}`}`
    case 'permission':
      return `${JSON.stringify(content.tool)} ${JSON.stringify(content.input)}`
    case 'push':
      return `${pushTarget(content)}: ${JSON.stringify(content.summary)}`
  }
}

/** All of it, for who is about to decide. */
export const askLines = ({ bottle, ask }: NamedAsk, now: number): readonly string[] => {
  const { content, id, openedAt } = ask
  const head = `ask ${id} of bottle/${bottle}, ${ageOf(openedAt, now)} ago`
  switch (content.kind) {
    case 'egress':
      return [
        `${head}: to reach ${content.method ?? 'by any method'} ${urlOf(content)}`,
        `  its agent says: ${JSON.stringify(content.why)}`,
        ...(content.minutes === undefined ? [] : [`  it asks for ${content.minutes} minutes`]),
      ]
    case 'question':
      return [
        `${head}: a question`,
        `  its agent asks: ${JSON.stringify(content.question)}`,
        ...(content.choices ?? []).map((choice) => `  - ${JSON.stringify(choice)}`),
      ]
    case 'permission':
      return [
        `${head}: to use its tool ${JSON.stringify(content.tool)} once`,
        `  with: ${JSON.stringify(content.input)}`,
        ...(content.bytes > content.input.length + 100 ? [`  cut: all of it is ${content.bytes} bytes`] : []),
      ]
    case 'push':
      return [
        `${head}: to push to ${pushTarget(content)}, once`,
        `  commit ${content.commit}`,
        `  its bundle says: ${JSON.stringify(content.summary)}`,
      ]
  }
}

const clipped = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`)
