import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { carryOut, preview } from './connection.ts'
import type { Action, Preview } from './wire.ts'

/** Shows what an action will do, and does it on a yes. */
const TITLES: Readonly<Record<Action['verb'], readonly [title: string, button: string]>> = {
  approve: ['Say yes to', 'Approve'],
  deny: ['Say no to', 'Deny'],
  suspend: ['Suspend', 'Suspend'],
  resume: ['Resume', 'Resume'],
  reconcile: ['Reconcile', 'Reconcile'],
  rollout: ['Roll out', 'Roll out'],
  delete: ['Delete', 'Delete'],
}

export const Dialog = (given: {
  readonly action: Action
  /** With what to tell, if something was done. */
  readonly close: (said?: string) => void
}): VNode => {
  const { action, close } = given
  const element = useRef<HTMLDialogElement>(null)
  const [shown, setShown] = useState<Preview>()
  const [said, setSaid] = useState<readonly string[]>([])
  const [isBusy, setBusy] = useState(true)
  const [reason, setReason] = useState('')
  const [title, button] = TITLES[action.verb]
  const what = action.verb === 'approve' || action.verb === 'deny' ? `ask ${action.target}` : action.target

  const failed = (error: Error): void => {
    setSaid([error.message])
    setBusy(false)
  }
  useEffect(() => {
    element.current?.showModal()
    preview(action).then((each) => {
      setShown(each)
      setBusy(false)
    }, failed)
  }, [])

  const run = async (): Promise<void> => {
    setBusy(true)
    setSaid([])
    const id = reason.trim() === '' ? shown?.id : (await preview({ ...action, reason: reason.trim() })).id
    if (id === undefined) throw new Error('it can not be done')
    const done = await carryOut(id)
    if (done.isDone) return close(`Done: ${title.toLowerCase()} ${what}.`)
    setSaid(done.lines)
    setShown(done.instead ?? { command: shown?.command ?? '', lines: [] })
    setBusy(false)
  }

  return html`<dialog ref=${element} aria-labelledby="dialog-title" onClose=${() => close()}>
    <h2 id="dialog-title">${title} ${what}?</h2>
    <div role="status">
      ${isBusy && html`<p class="quiet">One moment …</p>`}
      ${said.length > 0 && html`<p class="lead bad">${said.map((line) => html`${line}<br />`)}</p>`}
    </div>
    ${
      shown !== undefined &&
      shown.lines.length > 0 &&
      html`<p>${shown.id === undefined ? "It can't be done:" : 'This is what it will do:'}</p>
        <pre class="diff" tabindex="0" aria-label="What it will do">
${shown.lines.map((line) => html`<span class=${classOf(line)}>${line}${'\n'}</span>`)}</pre>
        <p class="quiet">The same in a terminal: <code>${shown.command}</code></p>`
    }
    <form
      onSubmit=${(event: Event) => {
        event.preventDefault()
        run().catch(failed)
      }}
    >
      ${
        action.verb === 'deny' &&
        html`<label class="wide"
          >Why? The agent reads it. <span class="quiet">(may stay empty)</span>
          <input
            maxlength="1000"
            autocomplete="off"
            value=${reason}
            onInput=${(event: { target: HTMLInputElement }) => setReason(event.target.value)}
        /></label>`
      }
      <div class="buttons end">
        <button type="button" onClick=${() => close()}>Cancel</button>
        <button class=${action.verb === 'delete' ? 'danger' : 'primary'} disabled=${isBusy || shown?.id === undefined}>
          ${button}
        </button>
      </div>
    </form>
  </dialog>` as VNode
}

const classOf = (line: string): string => (line.startsWith('+') ? 'plus' : line.startsWith('-') ? 'minus' : '')
