import { html } from 'htm/preact'
import { memo } from './memo.ts'
import type { VNode } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { sorted } from './state.ts'
import { ageOf, count, toneOf } from './text.ts'
import type { Broken, Row } from './wire.ts'

/** The bottles as `bottlectl get` shows them: what is ill first. */
export const Bottles = (given: {
  readonly rows: ReadonlyMap<string, Row>
  readonly asking: ReadonlySet<string>
  readonly now: number
}): VNode => {
  const { rows, asking, now } = given
  const [word, setWord] = useState('')
  const [onlyIll, setOnlyIll] = useState(false)
  const all = useMemo(() => sorted(rows.values()), [rows])
  const ill = all.filter((row) => toneOf(row) === 'bad').length
  const ready = all.filter(({ phase }) => phase === 'Ready').length
  const shown = all.filter((row) => (!onlyIll || toneOf(row) !== 'good') && matches(row, word))
  if (rows.size === 0)
    return html`<section aria-labelledby="bottles-title">
      <h2 id="bottles-title">Bottles</h2>
      <div class="empty">
        <p>There is no bottle yet.</p>
        <p class="quiet">
          Save a Bottle file in the folder and it appears here. <code>bottled init</code> writes a first one.
        </p>
      </div>
    </section>` as VNode
  return html`<section aria-labelledby="bottles-title">
    <div class="bar">
      <h2 id="bottles-title">Bottles</h2>
      <p class="quiet tally">
        ${count(rows.size, 'bottle')}, ${ready} ready${ill > 0 && html`, <strong class="bad-text">${ill} ill</strong>`}
      </p>
      <label class="find"
        ><span class="hidden">Find a bottle</span
        ><input
          type="search"
          placeholder="Find by name, agent or state"
          autocomplete="off"
          value=${word}
          onInput=${(event: { target: HTMLInputElement }) => setWord(event.target.value)}
      /></label>
      <label class="choice"
        ><input type="checkbox" checked=${onlyIll} onChange=${() => setOnlyIll(!onlyIll)} />only what isn't ready</label
      >
    </div>
    ${shown.length === 0 && html`<p class="quiet">None of them.</p>`}
    <ul class="rows">
      ${shown.map(
        (row) =>
          html`<${RowItem} key=${row.key} row=${row} age=${ageOf(row.startedAt, now)} asks=${asking.has(row.name)} />`,
      )}
    </ul>
  </section>` as VNode
}

const matches = ({ name, agent, phase, reason }: Row, word: string): boolean =>
  `${name} ${agent} ${phase} ${reason}`.toLowerCase().includes(word.trim().toLowerCase())

const RowItem = memo((given: { readonly row: Row; readonly age: string; readonly asks: boolean }): VNode => {
  const { row, age, asks } = given
  const { name, reason, message, agent, ip } = row
  const tone = toneOf(row)
  return html`<li class=${`row ${tone}`}>
    <a class="name" href=${`#/bottle/${encodeURIComponent(name)}`}>${name}</a>
    <span class="state"><${Badge} ...${row} />${asks && html`<span class="badge asks">asks</span>`}</span>
    <span class="why">
      ${tone === 'good' || tone === 'calm' ? '' : html`${reason !== '' && html`<b>${reason}</b>`} ${message}`}
    </span>
    <span class="meta">${agent}</span>
    <span class="meta mono">${ip}</span>
    <span class="meta age">${age}</span>
  </li>` as VNode
})

export const Badge = ({ phase, reason }: Pick<Row, 'phase' | 'reason'>): VNode =>
  html`<span class=${`badge ${toneOf({ phase, reason })}`}>${phase === '' ? 'New' : phase}</span>` as VNode

/** Files that can't be read, with their places. */
export const BrokenFiles = ({ broken }: { readonly broken: readonly Broken[] }): VNode | undefined =>
  broken.length === 0
    ? undefined
    : (html`<section aria-labelledby="broken-title">
        <h2 id="broken-title">Files that can't be read</h2>
        <ul class="cards">
          ${broken.map((each) => html`<li class="card"><${Place} ...${each} /></li>`)}
        </ul>
      </section>` as VNode)

export const Place = ({ place, message, frame }: Broken): VNode =>
  html`<p class="place mono">${place}</p>
    <p>${message}</p>
    ${frame !== '' && html`<pre class="frame" tabindex="0">${frame}</pre>`}` as VNode
