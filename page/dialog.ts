import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { carryOut, preview } from './connection.ts'
import type { Action, Preview } from './wire.ts'

/** Shows what an action will do, and does it on a yes. */
const BUTTONS: Readonly<Record<Action['verb'], string>> = {
  approve: 'Approve',
  deny: 'Deny',
  suspend: 'Suspend',
  resume: 'Resume',
  reconcile: 'Reconcile',
  rollout: 'Roll out',
  delete: 'Delete',
}

/** An action, and whose it is. */
export interface Wish {
  readonly action: Action
  readonly bottle: string
}

export const Dialog = (given: {
  readonly wish: Wish
  /** With what to tell, if something was done. */
  readonly close: (said?: string) => void
}): VNode => {
  const {
    wish: { action, bottle },
    close,
  } = given
  const element = useRef<HTMLDialogElement>(null)
  const [shown, setShown] = useState<Preview>()
  const [said, setSaid] = useState<readonly string[]>([])
  const [isBusy, setBusy] = useState(true)
  const [reason, setReason] = useState('')
  const button = BUTTONS[action.verb]
  const isAnswer = action.verb === 'approve' || action.verb === 'deny'

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
    if (done.isDone)
      return close(`Done: ${button.toLowerCase()} ${isAnswer ? `ask ${action.target} of ${bottle}` : bottle}.`)
    setSaid(done.lines)
    setShown(done.instead ?? { command: shown?.command ?? '', lines: [] })
    setBusy(false)
  }

  return html`<dialog ref=${element} aria-labelledby="dialog-title" onClose=${() => close()}>
    <h2 id="dialog-title">${button} ${isAnswer ? `what ${bottle} asks` : bottle}?</h2>
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
