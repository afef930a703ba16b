import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import * as assert from 'uvu/assert'
import { until, withPlace } from '../../helpers/simulated-run.ts'
import { suite } from '../../helpers/suite.ts'
import { chromiumMissing, startChromium } from './browser.ts'
import type { Chromium } from './browser.ts'
import { builtPage, stageOf } from './stage.ts'
import type { Stage } from './stage.ts'
import { said } from './look.ts'

/** The page in a real browser, of a simulated controller on real files. */
const test = suite('the page in Chromium')
const missing = chromiumMissing()
let chromium: Chromium

const SUPERVISED = '  agent: claude\n  supervise: true\n  egress:\n    allow:   # by hand\n    - host: b.test\n'
const PLAIN = '  agent: claude\n'

const playing = (title: string, body: (stage: Stage) => Promise<void>): void => {
  if (missing !== undefined) return test.skip(title, missing)
  test(
    title,
    () =>
      withPlace(true, async (place) => {
        const stage = stageOf(place)
        await body(stage)
      }),
    { deadlineMs: 180_000 },
  )
}

/** What it loads and complains of is kept. */
const opened = async (stage: Stage, width = 1_440): Promise<{ page: Page; troubles: readonly string[] }> => {
  const page = await chromium.open({ width })
  const troubles: string[] = []
  const url = await stage.url()
  const { origin } = new URL(url)
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) troubles.push(`request to ${request.url()}`)
    if (request.url().includes('token=') && !request.url().includes('#token=')) troubles.push('a token in an address')
  })
  page.on('console', (message) => void (message.type() === 'error' && troubles.push(message.text())))
  page.on('pageerror', (error) => void troubles.push(String(error)))
  await page.goto(url)
  return { page, troubles }
}

test.before(async () => {
  if (missing !== undefined) return
  await builtPage()
  chromium = await startChromium()
})
test.after(async () => chromium?.close())

playing('a bottle dropped into the folder appears and becomes ready; a broken file shows its place', async (stage) => {
  await stage.start()
  const { page, troubles } = await opened(stage)
  await said(page, 'main', 'There is no bottle yet.')
  assert.is(await page.evaluate('location.href'), `${new URL(await stage.url()).origin}/`)
  await stage.write('web', PLAIN)
  await said(page, '.row', 'web')
  await said(page, '.row .badge', 'Ready')
  await writeFile(join(stage.place.root, 'broken.yaml'), 'kind: Bottle\nmetadata: [\n')
  await said(page, 'main', 'broken.yaml:3:1')
  await stage.write('bad', '  agnt: claude\n')
  await said(page, '.row.bad', 'bad.yaml:5:1')
  await page.click('a[href="#/bottle/bad"]')
  await said(page, 'h1', 'bad')
  await said(page, 'main', 'agnt')
  await page.goBack()
  await page.click('a[href="#/bottle/web"]')
  await said(page, '.timeline', 'MachineReady')
  await said(page, '.events', 'the bottle is ready')
  assert.equal(troubles, [])
})

playing(
  'an ask is approved, and the file has the lines that were shown; what an agent says stays text',
  async (stage) => {
    await stage.write('web', SUPERVISED)
    await stage.start()
    await until('it is ready', async () => (await stage.text('web.yaml')).includes('phase: Ready'))
    await stage.stop()
    const why = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
    const id = await stage.asks('web', { kind: 'egress', host: 'pypi.test', port: 443, why, minutes: 30 })
    await stage.start()
    const { page, troubles } = await opened(stage)
    await said(page, '.ask blockquote', why)
    assert.is(await page.evaluate("document.querySelectorAll('main img, main script').length"), 0)
    assert.match(String(await page.title()), /^\(1\) bottled$/)
    await page.select('.ask select', '1h')
    await page.click('.ask button.primary')
    await said(page, 'dialog .diff', 'host: pypi.test')
    const added = (await page.evaluate(
      "[...document.querySelectorAll('.plus')].map((each) => each.textContent.trimEnd())",
    )) as readonly string[]
    assert.ok(added.length >= 2, added.join('\n'))
    assert.not.ok((await stage.text('web.yaml')).includes('pypi.test'))
    await page.click('dialog button.primary')
    await said(page, '.done', `ask ${id}`)
    const lines = (await stage.text('web.yaml')).split('\n')
    for (const line of added) assert.ok(lines.includes(line.slice(2)), line)
    await said(page, 'main', 'No agent asks anything.')
    assert.equal(troubles, [])
  },
)

playing('the controller ends and comes back, and so does the page', async (stage) => {
  await stage.write('web', PLAIN)
  await stage.start()
  const { page } = await opened(stage)
  await said(page, '.row .badge', 'Ready')
  await said(page, '.link', 'live')
  await stage.stop()
  await said(page, '.link', 'the controller is away')
  await said(page, '.row', 'web')
  await stage.write('api', PLAIN)
  await stage.start()
  await said(page, '.link', 'live')
  await said(page, 'main', '2 bottles, 2 ready')
  await page.reload()
  await said(page, '.link', 'live')
})

playing('it works by the keyboard: to a button, into its dialog, back to the button', async (stage) => {
  await stage.write('web', PLAIN)
  await stage.start()
  const { page } = await opened(stage)
  await said(page, '.row .badge', 'Ready')
  const focused = (): Promise<unknown> => page.evaluate("document.activeElement?.textContent ?? ''")
  const tabTo = async (text: string): Promise<void> => {
    for (let steps = 0; steps < 30; steps += 1) {
      if ((await focused()) === text) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`no way to ${text}`)
  }
  await tabTo('web')
  await page.keyboard.press('Enter')
  await said(page, 'h1', 'web')
  await until('the heading has the focus', async () => (await focused()) === 'web')
  await tabTo('Suspend…')
  await page.keyboard.press('Enter')
  await said(page, 'dialog', 'suspend: true')
  await page.keyboard.press('Escape')
  await until('the button has the focus again', async () => (await focused()) === 'Suspend…')
  await page.keyboard.press('Enter')
  await said(page, 'dialog', 'suspend: true')
  await page.waitForSelector('dialog[open] button.primary:not([disabled])')
  await tabTo('Suspend')
  await page.keyboard.press('Enter')
  await said(page, '.badge', 'Suspended')
  assert.match(await stage.text('web.yaml'), /suspend: true/)
})

playing('a page of another origin can send forms and requests, and nothing comes of it', async (stage) => {
  await stage.write('web', PLAIN)
  await stage.start()
  const { origin, hash } = new URL(await stage.url())
  const token = hash.replace('#token=', '')
  const { page } = await opened(stage)
  await said(page, '.row .badge', 'Ready')
  const body = JSON.stringify({ verb: 'delete', target: 'web' })
  const evil = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(
      `<form id="f" method="post" enctype="text/plain" action="${origin}/api/preview"><input name='${body}' value=""></form>`,
    )
  })
  await once(evil.listen(0, '127.0.0.1'), 'listening')
  try {
    const other = await chromium.open({ width: 800 })
    const statuses: string[] = []
    other.on(
      'response',
      (each) => void (each.url().startsWith(origin) && statuses.push(`${each.request().method()} ${each.status()}`)),
    )
    await other.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)
    const tries = `Promise.all(['/api/stream', '/api/bottles/web', '/api/preview'].flatMap((path) => [{}, {mode: 'no-cors'}, {headers: {authorization: 'Bearer ${token}'}}, {mode: 'no-cors', method: 'POST', body: '${body}'}].map((init) => fetch('${origin}' + path, init).then(async (answer) => answer.type + ' ' + await answer.text(), () => 'refused'))))`
    const found = (await other.evaluate(tries)) as readonly string[]
    assert.ok(
      found.every((each) => each === 'refused' || each === 'opaque '),
      found.join('\n'),
    )
    await Promise.all([other.waitForNavigation(), other.evaluate("document.getElementById('f').submit()")])
    assert.ok(
      statuses.every((each) => /^(GET|POST|OPTIONS) (401|403|405|415)$/.test(each)),
      statuses.join('\n'),
    )
    assert.ok(statuses.some((each) => each === 'POST 403'))
  } finally {
    evil.closeAllConnections()
    evil.close()
  }
  assert.ok((await stage.text('web.yaml')).includes('name: web'))
})

test.run()
