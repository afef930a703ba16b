import { createHash } from 'node:crypto'
import type { AskContent } from './content.ts'

/** Two asks are one where these are equal: why and for how long doesn't count. In hex. Pure. */
export const keyOf = (content: AskContent): string =>
  createHash('sha256')
    .update(JSON.stringify(about(content)))
    .digest('hex')

const about = (content: AskContent): readonly unknown[] => {
  switch (content.kind) {
    case 'egress':
      return ['egress', content.host, content.port, content.method ?? '', content.path ?? '']
    case 'question':
      return ['question', content.question, ...(content.choices ?? [])]
    case 'permission':
      return ['permission', content.tool, content.digest]
    case 'push':
      return ['push', content.repository, content.url, content.ref, content.commit]
  }
}
