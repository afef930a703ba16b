import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Badge, Place } from './bottles.ts'
import { detail, log } from './connection.ts'
import { Used } from './usage.ts'
import { ageOf, timeText, toneOf } from './text.ts'
import type { Wish } from './dialog.ts'
import type { Condition, Detail, EventRow, Log, Row } from './wire.ts'

/** All of one bottle. */
export const Bottle = (given: {
  readonly name: string
  /** As the list has it: where it changes, all is asked anew. */
  readonly row: Row | undefined
  readonly now: number
  readonly act: (wish: Wish) => void
}): VNode => {
  const { name, row, now, act } = given
  const [found, setFound] = useState<Detail>()
  const [trouble, setTrouble] = useState('')
  const turn = Math.floor(now / REFRESH_MS)
  useEffect(() => {
    let isOurs = true
    detail(name).then(
      (each) => isOurs && (setFound(each), setTrouble('')),
      (error: Error) => isOurs && setTrouble(error.message),
    )
    return () => {
      isOurs = false
    }
  }, [name, row, turn])
  const shown = row ?? found?.row
  return html`<article aria-labelledby="bottle-title">
    <p><a href="#/">← All bottles</a></p>
    <div class="bar">
      <h1 id="bottle-title" tabindex="-1">${name}</h1>
      ${shown !== undefined && html`<${Badge} ...${shown} />`}
    </div>
    ${shown === undefined && html`<p class="quiet">${trouble === '' ? 'One moment …' : trouble}</p>`}
    ${
      shown !== undefined &&
      html`<p class="quiet facts">
          ${shown.agent !== '' && html`<span>agent <b>${shown.agent}</b></span>`}
          ${shown.ip !== '' && html`<span>bundle <b class="mono">${shown.ip}</b></span>`}
          ${shown.startedAt !== undefined && html`<span>made <b>${ageOf(shown.startedAt, now)}</b> ago</span>`}
          ${shown.file !== undefined && html`<span class="mono">${shown.file}:${shown.line}</span>`}
        </p>
        ${shown.message !== '' && html`<p class=${`lead ${toneOf(shown)}`}><b>${shown.reason}</b> ${shown.message}</p>`}
        <${Buttons} row=${shown} act=${act} />`
    }
    ${found !== undefined && row !== undefined && html`<${Parts} found=${found} now=${now} />`}
    ${found !== undefined && html`<${Used} name=${name} turn=${turn} /><${LogView} name=${name} />`}
  </article>` as VNode
}

const REFRESH_MS = 10_000

const Buttons = ({ row, act }: { readonly row: Row; readonly act: (wish: Wish) => void }): VNode => {
  const verbs = [
    ...(row.isLeft || !row.isValid
      ? []
      : [row.suspended ? (['resume', 'Resume…'] as const) : (['suspend', 'Suspend…'] as const)]),
    ['reconcile', 'Reconcile…'] as const,
    ...(row.isLeft || !row.isValid ? [] : [['rollout', 'Roll out…'] as const]),
    ['delete', 'Delete…'] as const,
  ]
  return html`<div class="buttons" role="group" aria-label=${`What can be done with ${row.name}`}>
    ${verbs.map(
      ([verb, text]) =>
        html`<button
          class=${verb === 'delete' ? 'danger' : ''}
          onClick=${() => act({ bottle: row.name, action: { verb, target: row.name } })}
        >
          ${text}
        </button>`,
    )}
  </div>` as VNode
}

const Parts = ({ found, now }: { readonly found: Detail; readonly now: number }): VNode =>
  html`${found.notes.map((note) => html`<p class="note">${note}</p>`)}
    ${
      found.problems.length > 0 &&
      html`<section aria-labelledby="problems-title">
        <h2 id="problems-title">Problems of its file</h2>
        <ul class="cards">
          ${found.problems.map((each) => html`<li class="card"><${Place} ...${each} /></li>`)}
        </ul>
      </section>`
    }
    <section aria-labelledby="conditions-title">
      <h2 id="conditions-title">Conditions</h2>
      <${Timeline} conditions=${found.conditions} now=${now} />
    </section>
    <section aria-labelledby="reach-title">
      <h2 id="reach-title">What it may reach</h2>
      ${
        found.reach === undefined
          ? html`<p class="quiet">There is no spec.egress: the rules of its bundle image count.</p>`
          : html`<p>${found.reach.summary}</p>
              <pre class="lines" tabindex="0">${found.reach.lines.map((line) => `${line.trim()}\n`)}</pre>`
      }
    </section>
    ${found.denials !== undefined && html`<${Denied} denials=${found.denials} />`}
    <section aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      <${Events} events=${found.events} now=${now} />
    </section>` as VNode

const Timeline = ({ conditions, now }: { readonly conditions: readonly Condition[]; readonly now: number }): VNode =>
  conditions.length === 0
    ? (html`<p class="quiet">No controller has said anything of it yet.</p>` as VNode)
    : (html`<ol class="timeline">
        ${conditions
          .toSorted((a, b) => Date.parse(b.since) - Date.parse(a.since))
          .map(
            ({ type, status, reason, message, since }) =>
              html`<li class=${toneOfCondition(type, status)}>
                <time datetime=${since}>${timeText(since, now)}</time>
                <span><b>${type}</b> ${status} <span class="quiet">${reason}</span></span>
                ${message !== '' && html`<span class="message">${message}</span>`}
              </li>`,
          )}
      </ol>` as VNode)

const toneOfCondition = (type: string, status: string): string => {
  // These two are good news where they are False.
  const isGood = type === 'Stalled' || type === 'Reconciling' ? status === 'False' : status === 'True'
  return isGood ? 'good' : status === 'Unknown' ? 'busy' : 'bad'
}

const Denied = ({ denials }: { readonly denials: NonNullable<Detail['denials']> }): VNode =>
  html`<section aria-labelledby="denied-title">
    <h2 id="denied-title">Denied in the last hour</h2>
    ${
      'unknown' in denials
        ? html`<p class="quiet">Not checked: ${denials.unknown}</p>`
        : denials.rows.length === 0
          ? html`<p class="quiet">Nothing.</p>`
          : html`<ul class="events">
              ${denials.rows.map(
                ([reason, when, request]) =>
                  html`<li><time>${when}</time><b>${reason}</b><span class="mono message">${request}</span></li>`,
              )}
            </ul>`
    }
  </section>` as VNode

const Events = ({ events, now }: { readonly events: readonly EventRow[]; readonly now: number }): VNode =>
  events.length === 0
    ? (html`<p class="quiet">None.</p>` as VNode)
    : (html`<ul class="events">
        ${events.map(
          ({ type, reason, message, count, last }) =>
            html`<li class=${type === 'Warning' ? 'warning' : ''}>
              <time datetime=${last}>${timeText(last, now)}</time>
              <b>${reason}${count > 1 && html` <span class="quiet">×${count}</span>`}</b>
              <span class="message">${message}</span>
            </li>`,
        )}
      </ul>` as VNode)

const LogView = ({ name }: { readonly name: string }): VNode => {
  const [part, setPart] = useState('bundle')
  const [found, setFound] = useState<Log>()
  const [trouble, setTrouble] = useState('')
  const load = (): void => {
    setFound(undefined)
    setTrouble('…')
    log(name, part).then(
      (each) => (setFound(each), setTrouble('')),
      (error: Error) => setTrouble(error.message),
    )
  }
  return html`<section aria-labelledby="log-title">
    <h2 id="log-title">Log</h2>
    <div class="answer">
      <label
        >Of its
        <select value=${part} onChange=${(event: { target: HTMLSelectElement }) => setPart(event.target.value)}>
          <option value="bundle">bundle</option>
          <option value="machine">machine</option>
        </select></label
      >
      <button onClick=${load}>Show the last 200 lines</button>
    </div>
    <div role="status">${trouble !== '' && html`<p class="quiet">${trouble}</p>`}</div>
    ${
      found !== undefined &&
      html`<pre class="lines log" tabindex="0" aria-label="Log">${found.text === '' ? 'It is empty.' : found.text}</pre>
        ${!found.isWhole && html`<p class="quiet">It is longer than can be shown here: bottlectl logs ${name}</p>`}`
    }
  </section>` as VNode
}
