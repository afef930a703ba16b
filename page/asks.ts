import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { shownRef } from '../egress/asks/shown-ref.ts'
import { ageOf, minutesText } from './text.ts'
import type { Wish } from './dialog.ts'
import type { AskRow } from './wire.ts'

/** What agents ask, on top of the page. An agent's words stand in quotes and may be a lie. */
export const Asks = (given: {
  readonly asks: readonly AskRow[]
  readonly more: number
  readonly now: number
  readonly act: (wish: Wish) => void
}): VNode => {
  const { asks, more, now, act } = given
  return html`<section aria-labelledby="asks-title">
    <h2 id="asks-title">
      Waiting for you ${asks.length > 0 && html`<span class="count">${asks.length + more}</span>`}
    </h2>
    ${asks.length === 0 && html`<p class="quiet">No agent asks anything.</p>`}
    <ul class="cards">
      ${asks.map((ask) => html`<${Ask} key=${ask.id} ask=${ask} now=${now} act=${act} />`)}
    </ul>
    ${more > 0 && html`<p class="quiet">and ${more} more: answer these first.</p>`}
  </section>` as VNode
}

const Ask = (given: { readonly ask: AskRow; readonly now: number; readonly act: (wish: Wish) => void }): VNode => {
  const { ask, now, act } = given
  const { id, bottle, content, openedAt } = ask
  const [duration, setDuration] = useState('')
  const [answer, setAnswer] = useState('')
  const approve = (): void =>
    act({
      bottle,
      action: {
        verb: 'approve',
        target: id,
        ...(duration === '' ? {} : { for: duration }),
        ...(content.kind === 'question' ? { answer } : {}),
      },
    })
  return html`<li class="card ask">
    <div class="ask-head">
      <a class="strong" href=${`#/bottle/${encodeURIComponent(bottle)}`}>${bottle}</a>
      <span>${TITLES[content.kind]}</span>
      <time class="quiet" datetime=${openedAt}>${ageOf(openedAt, now)} ago</time>
    </div>
    ${wordsOf(ask)}
    <form
      class="answer"
      onSubmit=${(event: Event) => {
        event.preventDefault()
        approve()
      }}
    >
      ${
        content.kind === 'egress' &&
        html`<label
          >For
          <select
            value=${duration}
            onChange=${(event: { target: HTMLSelectElement }) => setDuration(event.target.value)}
          >
            <option value="">
              ${content.minutes === undefined ? 'as long as it stands in the file' : `${minutesText(content.minutes)}, as asked`}
            </option>
            <option value="15m">15 minutes</option>
            <option value="1h">1 hour</option>
            <option value="8h">8 hours</option>
            <option value="24h">1 day</option>
          </select></label
        >`
      }
      ${
        content.kind === 'question' &&
        (content.choices === undefined
          ? html`<label class="wide"
              >Answer
              <input
                maxlength="1000"
                autocomplete="off"
                value=${answer}
                onInput=${(event: { target: HTMLInputElement }) => setAnswer(event.target.value)}
            /></label>`
          : html`<fieldset>
              <legend>Answer</legend>
              ${content.choices.map(
                (choice) =>
                  html`<label class="choice"
                    ><input
                      type="radio"
                      name=${`answer-${id}`}
                      checked=${choice === answer}
                      onChange=${() => setAnswer(choice)}
                    />${choice}</label
                  >`,
              )}
            </fieldset>`)
      }
      <span class="buttons">
        <button class="primary" disabled=${content.kind === 'question' && answer.trim() === ''}>
          ${content.kind === 'question' ? 'Answer…' : 'Approve…'}<span class="hidden"> ask ${id} of ${bottle}</span>
        </button>
        <button type="button" onClick=${() => act({ bottle, action: { verb: 'deny', target: id } })}>
          Deny…<span class="hidden"> ask ${id} of ${bottle}</span>
        </button>
      </span>
    </form>
  </li>` as VNode
}

const TITLES = {
  egress: 'wants to reach',
  question: 'asks a question',
  permission: 'wants to use a tool, once',
  push: 'wants to push',
} as const

const quote = (text: string): unknown => html`<blockquote><p>${text}</p></blockquote>`

const wordsOf = ({ content }: AskRow): unknown => {
  switch (content.kind) {
    case 'egress': {
      const { host, port, method, path = '', why } = content
      const scheme = port === 80 ? 'http' : 'https'
      return html`<p class="what">
          <code>${method ?? 'any method'}</code>${' '}
          <code class="url">${scheme}://<b>${host}</b>${port === 443 || port === 80 ? '' : `:${port}`}${path}</code>
        </p>
        ${quote(why)}`
    }
    case 'question':
      return quote(content.question)
    case 'permission':
      return html`<p class="what"><code>${content.tool}</code></p>
        <pre class="input" tabindex="0">${content.input}</pre>
        ${content.bytes > content.input.length + 100 && html`<p class="quiet">Cut: all of it is ${content.bytes} bytes.</p>`}`
    case 'push':
      return html`<p class="what">
          <code>${shownRef(content.ref)}</code> to <code class="url">${content.repository}</code>
        </p>
        <p class="quiet">commit <code>${content.commit.slice(0, 12)}</code></p>
        ${quote(content.summary)}`
  }
}
