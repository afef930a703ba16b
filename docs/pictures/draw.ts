import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'

/** Draws bottle.svg from bottle.yaml. Colours follow the reader's light or dark theme. */
type Pair = readonly [number, number]

interface Box {
  readonly kind: string
  readonly at: Pair
  readonly size: Pair
  readonly title?: string
  /** A line at the top left, in small letters. */
  readonly heading?: string
  readonly lines?: readonly string[]
  /** Like `lines`, in fixed width. */
  readonly code?: readonly string[]
  /** A number and what it stands for. */
  readonly pair?: readonly [string, string]
}

interface Arrow {
  readonly kind: string
  readonly from: Pair
  readonly to: Pair
  readonly label: string
  /** A second line of the label, below the arrow. */
  readonly more?: string
  /** The label of a level arrow stands below it. */
  readonly below?: boolean
  /** Where the label of an upright arrow stands. */
  readonly side?: 'left' | 'right'
}

interface Picture {
  readonly title: string
  readonly description: string
  readonly size: Pair
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
}

/** Fill and line of each kind of box, line of each kind of arrow; `page`, `text` and `muted` are the ground and the words. */
const LIGHT = {
  page: ['#ffffff', '#d1d9e0'],
  plain: ['#f6f8fa', '#818b98'],
  file: ['#fff8c5', '#bf8700'],
  ours: ['#ddf4ff', '#218bff'],
  room: ['#f6f8fa', '#818b98'],
  vm: ['#dafbe1', '#2da44e'],
  port: ['#ffffff', '#80ccff'],
  arrows: { goes: '#454c54', back: '#8250df', stop: '#cf222e' },
  text: '#1f2328',
  muted: '#59636e',
} as const
const DARK = {
  page: ['#0d1117', '#3d444d'],
  plain: ['#212830', '#9198a1'],
  file: ['#341a00', '#d29922'],
  ours: ['#051d4d', '#388bfd'],
  room: ['#151b23', '#9198a1'],
  vm: ['#04260f', '#3fb950'],
  port: ['#0d1117', '#1f6feb'],
  arrows: { goes: '#d1d7e0', back: '#bc8cff', stop: '#ff7b72' },
  text: '#f0f6fc',
  muted: '#b7bdc8',
} as const

const rulesOf = ({ arrows, text, muted, ...boxes }: typeof LIGHT | typeof DARK): string =>
  [
    ...Object.entries(boxes).map(([kind, [fill, line]]) => `.${kind}{fill:${fill};stroke:${line}}`),
    ...Object.entries(arrows).map(
      ([kind, line]) => `.${kind}{stroke:${line}}.${kind}-tip{fill:${line}}.${kind}-word{fill:${line}}`,
    ),
    `text{fill:${text}}.small{fill:${muted}}`,
  ].join('\n')

const STYLE = `text{font-family:-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif;font-size:13.5px}
.title{font-size:16px;font-weight:600}
.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12.5px}
rect{stroke-width:1.5}.room{stroke-dasharray:5 4}.port{stroke-width:1}
path{fill:none;stroke-width:2}.back{stroke-dasharray:4 3}`

const LINE_HEIGHT = 20
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const word = (text: string, [x, y]: Pair, kind: string, anchor = 'middle'): string =>
  `<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`

const boxOf = ({ kind, at: [x, y], size: [width, height], ...words }: Box): string => {
  const { title, heading, lines = [], code = [], pair } = words
  const rows = [
    ...(title === undefined ? [] : [{ text: title, kind: 'title' }]),
    ...lines.map((text) => ({ text, kind: 'small' })),
    ...code.map((text) => ({ text, kind: 'code' })),
  ]
  // A box that holds others has its words at the top.
  const top = kind === 'ours' && height > 120 ? y + 27 : y + (height - rows.length * LINE_HEIGHT) / 2 + 15
  return [
    `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${kind === 'port' ? 6 : 10}"/>`,
    ...rows.map((row, index) => word(row.text, [x + width / 2, top + index * LINE_HEIGHT], row.kind)),
    ...(heading === undefined ? [] : [word(heading, [x + 24, y + 28], 'heading', 'start')]),
    ...(pair === undefined
      ? []
      : [word(pair[0], [x + 12, y + 18], 'code', 'start'), word(pair[1], [x + 62, y + 18], 'small', 'start')]),
  ].join('\n')
}

const tipOf = (kind: string, [x, y]: Pair, [dx, dy]: Pair): string =>
  kind === 'stop'
    ? `<path class="stop" d="M${x - 6} ${y - 6}l12 12m0 -12l-12 12"/>`
    : `<polygon class="${kind}-tip" points="${x},${y} ${x - 10 * dx - 5 * dy},${y - 10 * dy - 5 * dx} ${x - 10 * dx + 5 * dy},${y - 10 * dy + 5 * dx}"/>`

const arrowOf = ({ kind, from, to, label, more, below = false, side }: Arrow): string => {
  const direction: Pair = [Math.sign(to[0] - from[0]), Math.sign(to[1] - from[1])]
  const end: Pair = kind === 'stop' ? to : [to[0] - 8 * direction[0], to[1] - 8 * direction[1]]
  const [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]
  const at: Pair =
    side === undefined ? [x, below ? y + 19 : y - 9] : side === 'left' ? [x - 12, y + 5] : [x + 12, y + 5]
  const anchor = side === undefined ? 'middle' : side === 'left' ? 'end' : 'start'
  return [
    `<path class="${kind}" d="M${from.join(' ')}L${end.join(' ')}"/>`,
    tipOf(kind, to, direction),
    ...(label === '' ? [] : [word(label, at, `${kind}-word`, anchor)]),
    ...(more === undefined ? [] : [word(more, [x, y + 19], `${kind}-word`)]),
  ].join('\n')
}

const drawn = ({ title, description, size: [width, height], boxes, arrows }: Picture): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<desc>${escaped(description)}</desc>
<style>
${STYLE}
${rulesOf(LIGHT)}
@media (prefers-color-scheme: dark){
${rulesOf(DARK)}
}
</style>
<rect class="page" x="1" y="1" width="${width - 2}" height="${height - 2}" rx="12"/>
${[...boxes.map(boxOf), ...arrows.map(arrowOf)].join('\n')}
</svg>
`

const here = (name: string): URL => new URL(name, import.meta.url)
/** The SVG that bottle.yaml describes. */
export const picture = (): string => drawn(parse(readFileSync(here('bottle.yaml'), 'utf8')) as Picture)

if (process.argv[1] === here('draw.ts').pathname) writeFileSync(here('bottle.svg'), picture())
