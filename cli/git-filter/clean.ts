import { calmEntries } from '../../controller/edit/calm-text.ts'
import { removeStatus } from '../../controller/edit/splice-status.ts'

/**
 * A file as git should see it: without the `status` of a Bottle. Pure.
 *
 * Guarantees: never throws; a file without a Bottle, or not in UTF-8, is returned unchanged.
 * Caveats: in a file that isn't valid YAML, only a status that looks like the controller's own is removed.
 */
export const withoutStatus = (content: Buffer): Buffer => {
  if (!content.includes('status') || !content.includes('bottled.dev/')) return content
  const text = content.toString('utf8')
  if (!Buffer.from(text, 'utf8').equals(content)) return content
  const cleaned = cutLast(text) ?? cleanText(text)
  return cleaned === text ? content : Buffer.from(cleaned, 'utf8')
}

const cleanText = (text: string): string => {
  let cleaned = text
  try {
    cleaned = removeStatus(text)
  } catch {
    // Handled below.
  }
  return cleaned === text && /^kind: *["']?Bottle\b/m.test(text) ? withoutBlock(text) : cleaned
}

/** Without a parser, for files that end with `status`, as the controller leaves most. undefined: use the parser. */
const cutLast = (text: string): string | undefined => {
  const at = text.lastIndexOf('\nstatus:\n')
  if (at === -1 || !/[^\n]\n$/.test(text)) return undefined
  const entries = calmEntries(text)
  const last = entries?.at(-1)
  if (entries === undefined || last?.key !== 'status' || !last.bare || last.trailed) return undefined
  if (last.start !== at + 1 || last.end !== text.length - 1) return undefined
  const lineOf = (wanted: string): string => {
    const entry = entries.find(({ key }) => key === wanted)
    return entry === undefined ? '' : text.slice(entry.start, entry.end)
  }
  const ours = lineOf('kind') === 'kind: Bottle' && lineOf('apiVersion').startsWith('apiVersion: bottled.dev/')
  return ours ? text.slice(0, last.start) : undefined
}

const STATUS_LINE = /^status:[ \t]*\r?\n/

/** Line by line: `status:` at the left margin with what is indented below it. */
const withoutBlock = (text: string): string => {
  const lines = text.split(/(?<=\n)/)
  const kept: string[] = []
  for (let at = 0; at < lines.length;) {
    const end = STATUS_LINE.test(lines[at] ?? '') ? blockEnd(lines, at + 1) : at
    const block = lines.slice(at, end).join('')
    if (end > at && /^ +conditions:/m.test(block)) at = end
    else kept.push(lines[at++] ?? '')
  }
  return kept.join('')
}

const blockEnd = (lines: readonly string[], from: number): number => {
  let at = from
  while (/^[ \t]+\S/.test(lines[at] ?? '')) at += 1
  return at
}
