/**
 * A text without the status of its documents, by an independent rule: the part that the controller must not touch. Knows
 * the block style that scenarios are written in, and JSON of one document.
 */
export const stripStatus = (path: string, text: string): string => {
  if (path.endsWith('.json')) {
    try {
      const { status: _, ...rest } = JSON.parse(text) as Record<string, unknown>
      return JSON.stringify(rest)
    } catch {
      return text
    }
  }
  let inside = false
  return text
    .split('\n')
    .filter((line) => {
      if (line.startsWith('status:')) inside = true
      else if (/^[^\s#]/.test(line)) inside = false
      return !inside
    })
    .join('\n')
    .replace(/\s*$/, '\n')
}
