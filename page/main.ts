import { html, render } from 'htm/preact'
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Asks } from './asks.ts'
import { Bottle } from './bottle.ts'
import { Bottles, BrokenFiles } from './bottles.ts'
import { follow, takeToken } from './connection.ts'
import type { Link } from './connection.ts'
import { Dialog } from './dialog.ts'
import type { Wish } from './dialog.ts'
import { EMPTY, withChange } from './state.ts'

/** The page. */
const LINKS: Readonly<Record<Link, readonly [tone: string, text: string]>> = {
  connecting: ['busy', 'connecting …'],
  live: ['good', 'live'],
  away: ['bad', 'the controller is away'],
  refused: ['bad', 'no access'],
}

const bottleIn = (hash: string): string | undefined => {
  const [, name] = /^#\/bottle\/(.+)$/.exec(hash) ?? []
  try {
    return name === undefined ? undefined : decodeURIComponent(name)
  } catch {
    return undefined
  }
}

const Page = (): VNode => {
  const [state, setState] = useState(EMPTY)
  const [name, setName] = useState(bottleIn(location.hash))
  const [now, setNow] = useState(Date.now())
  const [open, setOpen] = useState<{ readonly wish: Wish; readonly count: number }>()
  const act = (wish: Wish): void => setOpen((before) => ({ wish, count: (before?.count ?? 0) + 1 }))
  const [said, setSaid] = useState('')

  useEffect(() => {
    void follow({
      change: (change) => setState((before) => withChange(before, change)),
      link: (link) => setState((before) => ({ ...before, link })),
    })
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    const onHash = (): void => {
      setName(bottleIn(location.hash))
      setSaid('')
    }
    addEventListener('hashchange', onHash)
    return () => {
      clearInterval(timer)
      removeEventListener('hashchange', onHash)
    }
  }, [])
  const { link, head, rows, asks, moreAsks, broken } = state
  useEffect(() => {
    const waiting = asks.length + moreAsks
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${name === undefined ? 'bottled' : `${name} · bottled`}`
  }, [asks, moreAsks, name])
  // A reader of the screen is taken along to the other view.
  useEffect(() => {
    if (name !== undefined) document.getElementById('bottle-title')?.focus()
  }, [name])

  const [tone, text] = LINKS[link]
  const own = name === undefined ? asks : asks.filter(({ bottle }) => bottle === name)
  return html`<header>
      <a class="brand" href="#/"><img src="/icon.svg" alt="" width="28" height="28" />bottled</a>
      <span class="root mono">${head?.root ?? ''}</span>
      ${head?.isSimulated === true && html`<span class="badge calm">simulated</span>`}
      <span class=${`link ${tone}`} role="status">${text}</span>
    </header>
    <main class=${link === 'away' ? 'stale' : ''}>
      ${link === 'refused' && html`<${NoAccess} />`}
      ${
        link === 'away' &&
        html`<p class="note">
          The controller doesn't answer. What is below is as it was last; the page comes back by itself.
        </p>`
      }
      ${
        head !== undefined &&
        link === 'live' &&
        head.waitsFor.length > 0 &&
        html`<p class="note">The controller waits for ${head.waitsFor.join(', ')}.</p>`
      }
      <div role="status">${said !== '' && html`<p class="note done">${said}</p>`}</div>
      ${
        head !== undefined &&
        link !== 'refused' &&
        (name === undefined
          ? html`<h1 class="hidden">bottled</h1>
              <${Asks} asks=${asks} more=${moreAsks} now=${now} act=${act} />
              <${BrokenFiles} broken=${broken} />
              <${Bottles} rows=${rows} asking=${new Set(asks.map(({ bottle }) => bottle))} now=${now} />`
          : html`<${Bottle}
                key=${name}
                name=${name}
                row=${[...rows.values()].find((row) => row.name === name)}
                now=${now}
                act=${act}
              />
              ${own.length > 0 && html`<${Asks} asks=${own} more=${0} now=${now} act=${act} />`}`)
      }
    </main>
    <footer>bottled ${head?.version ?? ''} · <code>bottlectl</code> does all of this in a terminal</footer>
    ${
      open !== undefined &&
      html`<${Dialog}
        key=${open.count}
        wish=${open.wish}
        close=${(text?: string) => {
          // One that closes late must not take along the next one.
          setOpen((current) => (current === open ? undefined : current))
          if (text !== undefined) setSaid(text)
        }}
      />`
    }` as VNode
}

const NoAccess = (): VNode =>
  html`<h1>This page needs its token</h1>
    <p>Open it by <code>bottlectl dashboard</code>, which knows the token of the controller.</p>` as VNode

takeToken()
const place = document.getElementById('page')
if (place !== null) render(html`<${Page} />`, place)
