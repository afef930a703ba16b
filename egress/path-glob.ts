import { escapePath } from './escape.ts'
import { readPath } from './path.ts'

/** A glob of a policy in the form that paths are compared in: escapes decoded. Pure. */
export const parsePathGlob = (text: string): { readonly glob: string } | { readonly fault: string } => {
  if (text.includes('?')) return { fault: 'paths are compared without their query' }
  if (/%2a/i.test(text)) return { fault: 'a * always stands for other characters' }
  // Letters and blanks may be written as they are.
  const written = escapePath(text)
  const example = readPath(written.replace(/\*+/g, 'x'))
  if (example.unclear !== undefined) return { fault: `servers may read it in two ways: ${example.unclear}` }
  return { glob: decodeURIComponent(written).replace(/\*{2,}/g, '**') }
}
