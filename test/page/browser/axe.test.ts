import * as assert from 'uvu/assert'
import { until, withPlace } from '../../helpers/simulated-run.ts'
import { bottleText, serving } from '../../cli/page/serving.ts'
import { suite } from '../../helpers/suite.ts'
import { chromiumMissing, startChromium } from './browser.ts'
import type { Chromium } from './browser.ts'
import { complaintsOf, said } from './look.ts'
import { builtPage, stageOf } from './stage.ts'

/** Whether the page can be used by everybody: axe-core, and no scrolling sideways, at both widths, light and dark. */
const test = suite('the page for everybody')
const missing = chromiumMissing()
const VIEWS = [360, 1_440].flatMap((width) => [false, true].map((isDark) => ({ width, isDark })))
let chromium: Chromium

test.before(async () => {
  if (missing !== undefined) return
  await builtPage()
  chromium = await startChromium()
})
test.after(async () => chromium?.close())

const title =
  'at 0 bottles, with asks, ill and broken ones, in a bottle, a dialog and without a token, axe has nothing to say'
const body = (): Promise<void> =>
  withPlace(true, async (place) => {
    const stage = stageOf(place)
    const inEachView = async (
      url: string,
      check: (page: Awaited<ReturnType<Chromium['open']>>) => Promise<void>,
    ): Promise<void> => {
      for (const view of VIEWS) {
        const page = await chromium.open(view)
        await page.goto(url)
        await check(page)
        assert.equal(await complaintsOf(page), [], JSON.stringify(view))
        assert.ok(
          await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
          `${view.width} is too narrow`,
        )
        await page.close()
      }
    }
    await stage.start()
    await inEachView(await stage.url(), (page) => said(page, 'main', 'There is no bottle yet.'))
    await inEachView(new URL(await stage.url()).origin, (page) => said(page, 'main', 'needs its token'))
    await stage.write(
      'web',
      '  agent: claude\n  supervise: true\n  egress:\n    presets: [npm]\n    allow: [{host: b.test}]\n',
    )
    await stage.write('bad', '  agnt: claude\n')
    await stage.write('broken', ' [\n')
    await until('it is ready', async () => (await stage.text('web.yaml')).includes('phase: Ready'))
    await stage.stop()
    await stage.asks('web', {
      kind: 'egress',
      host: `${'long-name.'.repeat(12)}test`,
      port: 443,
      path: `/${'x'.repeat(200)}`,
      why: 'w'.repeat(900),
    })
    await stage.asks('web', { kind: 'question', question: 'Which one?', choices: ['the first', 'the second'] })
    await stage.asks('web', { kind: 'question', question: 'What else?' })
    await stage.asks('web', {
      kind: 'permission',
      tool: 'Bash',
      input: `{"command":"${'y'.repeat(500)}"}`,
      digest: '0'.repeat(64),
      bytes: 9_000,
    })
    await stage.start()
    const url = await stage.url()
    await inEachView(url, async (page) => {
      await said(page, '.count', '4')
      await said(page, '.row', 'bad')
      await said(page, 'main', 'broken.yaml:')
    })
    await inEachView(url, async (page) => {
      await said(page, '.row', 'web')
      await page.evaluate("location.hash = '#/bottle/web'")
      await said(page, '.timeline', 'MachineReady')
    })
    await inEachView(url, async (page) => {
      await said(page, '.ask', 'wants to reach')
      await page.click('.ask button.primary')
      await said(page, 'dialog .diff', 'long-name')
    })
  })
if (missing === undefined) test(title, body, { deadlineMs: 300_000 })
else test.skip(title, missing)

const many = 'a thousand bottles are drawn, found by a word, and axe has nothing to say of them'
const withMany = (): Promise<void> =>
  serving(async ({ client, port, token }) => {
    for (let at = 0; at < 1_000; at += 1) await client.file(`b${at}.yaml`, bottleText(`b${at}`))
    for (const view of VIEWS.filter(({ isDark }) => !isDark)) {
      const page = await chromium.open(view)
      await page.goto(`http://127.0.0.1:${port}/#token=${token}`)
      await said(page, '.tally', '1000 bottles')
      assert.is(await page.evaluate("document.querySelectorAll('.row').length"), 1_000)
      await page.type('.find input', 'b99')
      await page.waitForFunction("document.querySelectorAll('.row').length === 11")
      assert.equal(await complaintsOf(page), [])
      await client.file('b990.yaml', bottleText('b990', '{agent: codex}'))
      await said(page, '.row', 'b990')
      await page.close()
    }
  })
if (missing === undefined) test(many, withMany, { deadlineMs: 300_000 })
else test.skip(many, missing)

test.run()
