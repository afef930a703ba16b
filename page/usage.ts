import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { usage } from './connection.ts'
import { figure, HEIGHT, MEASURES, minutesOf, pathOf, topOf, valuesOf, WIDTH } from './plot.ts'
import type { Measure } from './plot.ts'
import type { UsagePart, UsageView } from './wire.ts'

/** What a bottle uses: CPU and memory as lines, and the same in words. */
export const Used = ({ name, turn }: { readonly name: string; readonly turn: number }): VNode => {
  const [found, setFound] = useState<UsageView>()
  const [trouble, setTrouble] = useState('')
  useEffect(() => {
    let isOurs = true
    usage(name).then(
      (each) => isOurs && (setFound(each), setTrouble(each.unknown ?? '')),
      (error: Error) => isOurs && setTrouble(error.message),
    )
    return () => {
      isOurs = false
    }
  }, [name, turn])
  return html`<section aria-labelledby="usage-title">
    <h2 id="usage-title">CPU and memory</h2>
    ${found === undefined && trouble === '' && html`<p class="quiet">It is being measured …</p>`}
    ${trouble !== '' && html`<p class="quiet">${trouble}</p>`}
    ${
      found !== undefined &&
      found.parts.length > 0 &&
      html`<div class="plots">${MEASURES.map((measure) => html`<${Plot} view=${found} measure=${measure} />`)}</div>
        <ul class="figures">
          ${found.parts.map(inWords)}
        </ul>
        <p class="quiet">Measured while this is open, every ten seconds. 1000m is one processor.</p>`
    }
  </section>` as VNode
}

const TITLES: Readonly<Record<Measure, string>> = { cpu: 'CPU', memory: 'Memory' }

const Plot = ({ view, measure }: { readonly view: UsageView; readonly measure: Measure }): VNode => {
  const lines = view.parts.map(({ part, samples }) => ({ part, values: valuesOf(samples, measure) }))
  const top = topOf(Math.max(0, ...lines.flatMap(({ values }) => values.map(([, value]) => value))), measure)
  const minutes = minutesOf(view)
  const title = `${TITLES[measure]} in the last ${minutes} minutes`
  return html`<figure>
    <figcaption>${title}, up to ${figure(top, measure)}</figcaption>
    <svg
      role="img"
      aria-labelledby=${`plot-${measure} plot-${measure}-text`}
      viewBox=${`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`}
      preserveAspectRatio="none"
    >
      <title id=${`plot-${measure}`}>${title}</title>
      <desc id=${`plot-${measure}-text`}>
        ${lines.map(({ part, values }) => `${part}: ${described(values, measure)}`).join('; ')}
      </desc>
      <path class="grid" d=${[0, 0.5, 1].map((share) => `M0 ${HEIGHT * share}h${WIDTH}`).join('')} />
      ${lines.map(
        ({ part, values }) => html`<path class=${`line ${part}`} d=${pathOf(values, { at: view.at, minutes, top })} />`,
      )}
    </svg>
  </figure>` as VNode
}

const described = (values: readonly (readonly [number, number])[], measure: Measure): string => {
  const [, last] = values.at(-1) ?? []
  return last === undefined
    ? 'unknown'
    : `${figure(last, measure)} at last, ${figure(Math.max(...values.map(([, value]) => value)), measure)} at most`
}

const inWords = ({ part, now, samples }: UsagePart): VNode => {
  const [, , disk = UNKNOWN, received = UNKNOWN, sent = UNKNOWN] = now
  return html`<li class=${part}>
    <b>${part}</b>
    ${MEASURES.map((measure) => html`<span>${TITLES[measure]} ${described(valuesOf(samples, measure), measure)}</span>`)}
    ${disk !== UNKNOWN && html`<span>disk ${disk}</span>`}
    ${received !== UNKNOWN && html`<span>network ${received} in, ${sent} out</span>`}
  </li>` as VNode
}

/** As `bottlectl top` has it: a VM has no network of its own. */
const UNKNOWN = '<unknown>'
