import { pino } from 'pino'
import { harmlessLine } from '../../drivers/harmless.ts'
import { asReason } from './step-words.ts'

/**
 * Writes lines to stderr: text on a terminal, else one JSON object each. No secret is ever logged, and nothing in a message
 * looks like a line of its own; that nothing acts on a terminal is up to `write`.
 */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** journal: json with the level before each line, as systemd's journal takes it off again. */
export type LogFormat = 'auto' | 'json' | 'text' | 'journal'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export const createLogger = (options: {
  readonly format: LogFormat
  readonly level: LogLevel
  readonly terminal: boolean
  readonly write: (line: string) => void
}): Logger => {
  const { format, level, terminal, write } = options
  const shape = format === 'auto' ? (terminal ? 'text' : 'json') : format
  const stream = { write: (line: string) => write(SHAPES[shape](line)) }
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'message' }, stream)
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      logger[name](fields, message)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The priorities of syslog. */
const journalLine = (line: string): string => `<${PRIORITIES[levelOf(line)] ?? 6}>${line}`

const PRIORITIES: Readonly<Record<number, number>> = { 20: 7, 30: 6, 40: 4, 50: 3 }

const levelOf = (line: string): number => Number((JSON.parse(line) as { readonly level: unknown }).level)

const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info ', 40: 'warn ', 50: 'error' }

/** `12:04:05 info  bottle/web created network/bottle-web: it does not exist` */
const textLine = (line: string): string => {
  const { level, time, message, bottle, reason, ...rest } = JSON.parse(line) as Record<string, unknown>
  const subject = typeof bottle === 'string' ? `bottle/${bottle} ` : ''
  const kind = typeof reason === 'string' && level !== 30 ? `${reason}: ` : ''
  const fields = Object.entries(rest)
    .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
    .join('')
  const said = typeof reason === 'string' ? asReason(String(message), reason) : String(message)
  return `${harmlessLine(`${String(time).slice(11, 19)} ${LEVELS[Number(level)] ?? ''} ${subject}${kind}${said}${fields}`)}\n`
}

const SHAPES: Readonly<Record<Exclude<LogFormat, 'auto'>, (line: string) => string>> = {
  json: (line) => line,
  text: textLine,
  journal: journalLine,
}
