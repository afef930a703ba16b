import { judgeContent } from '../../egress/asks/content.ts'
import type { Push } from '../../egress/asks/content.ts'
import { shown } from '../../egress/shown.ts'
import type { Book } from './book.ts'
import { isTakenUp, settle, TAKEN_UP_MS } from './settle.ts'

/**
 * Whether a person has approved a push of exactly this; if nobody was asked, it is asked now.
 *
 * Guarantees: an approval is the controller's word for this repository, URL, ref and commit, and counts until `used` or its end;
 *   else the answer is one sentence for the agent's terminal. Nothing here waits for a person.
 */
export const reviewPush = async (
  { book, now }: { readonly book: Pick<Book, 'open' | 'use' | 'change' | 'find'>; now(): number },
  push: Push,
): Promise<{ readonly used: () => void } | { readonly refused: string }> => {
  const what = `${shown(push.ref.replace(/^refs\/(?:heads\/)?/, ''))} at ${push.commit.slice(0, 12)}`
  const judged = judgeContent(push)
  if ('fault' in judged) return { refused: `${what} can't be approved by a person: ${judged.fault}` }
  const opened = book.open(judged.content)
  if (opened === 'TooMany')
    return {
      refused: `${what} needs a person's approval, and as many asks as can be are open already: push again when some are answered`,
    }
  const signal = new AbortController().signal
  const standing = await settle({ book, now }, opened, { waitMs: TAKEN_UP_MS, until: isTakenUp, signal })
  const { id, state, reason } = standing
  switch (state) {
    case 'approved':
      return { used: () => book.use(standing) }
    case 'denied':
      return { refused: `a person denied ${what}${reason === undefined ? '' : `: ${reason}`}; don't push it again` }
    case 'expired':
      return { refused: `nobody has approved ${what} in a day, which is no; pushed again later it is asked anew` }
    case 'open':
      return { refused: `${what} needs a person's approval (bottlectl approve ${id}): ${MEANWHILE}` }
    case 'waiting':
      return { refused: `${what} needs a person's approval, and no controller has taken that up yet: ${MEANWHILE}` }
  }
}

const MEANWHILE = 'do something else, and push the same commit again once it is approved'
