import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { startChromium } from '../../test/page/browser/browser.ts'
import type { View } from '../../test/page/browser/browser.ts'
import { said } from '../../test/page/browser/look.ts'
import { builtPage, stageOf } from '../../test/page/browser/stage.ts'
import { until, withPlace } from '../../test/helpers/simulated-run.ts'

/**
 * Makes the pictures of the page, of a simulated controller: `node --import tsx docs/pictures/shoot.ts [FOLDER]`, as WebP into
 * this folder, or as PNG into another one.
 */
const folder = process.argv[2] ?? import.meta.dirname
const type = process.argv[2] === undefined ? 'webp' : 'png'

const WIDE = { width: 1_120, height: 820 }
const SUPERVISED = (host: string): string =>
  `  agent: claude\n  supervise: true\n  egress:\n    presets: [npm]\n    allow:\n    - host: ${host}\n`

await builtPage()
const chromium = await startChromium()

const shoot = async (
  name: string,
  url: string,
  setting: { readonly view?: View; readonly at?: string; readonly prepare: (page: Page) => Promise<void> },
): Promise<void> => {
  const page = await chromium.open(setting.view ?? WIDE)
  await page.goto(url)
  await said(page, '.link', 'live')
  if (setting.at !== undefined) await page.evaluate(`location.hash = ${JSON.stringify(setting.at)}`)
  await setting.prepare(page)
  // No focus ring, and the folder as people have it.
  await page.evaluate(
    "document.activeElement?.blur(); document.querySelector('.root').textContent = '/home/anna/bottles'",
  )
  const picture = await page.screenshot({ type, ...(type === 'webp' ? { quality: 72 } : {}) })
  writeFileSync(join(folder, `page-${name}.${type}`), picture)
  console.log(`page-${name}.${type} ${picture.length} bytes`)
  await page.close()
}

await withPlace(true, async (place) => {
  const stage = stageOf(place)
  await stage.start()
  await shoot('empty', await stage.url(), { prepare: (page) => said(page, 'main', 'There is no bottle yet.') })
  await stage.write('researcher', SUPERVISED('export.arxiv.org'))
  await stage.write('web-shop', SUPERVISED('api.stripe.com'))
  for (const name of ['docs-writer', 'fuzzer', 'migration', 'reviewer', 'translator'])
    await stage.write(name, '  agent: claude\n')
  await stage.write('night-build', '  agent: codex\n  suspend: true\n')
  await stage.write('nightly', '  agent: codex\n  machine:\n    memoryMiB: lots\n')
  const files = ['researcher', 'web-shop', 'docs-writer', 'fuzzer', 'migration', 'reviewer', 'translator']
  await until('they are ready', async () =>
    (await Promise.all(files.map((name) => stage.text(`${name}.yaml`)))).every((text) => text.includes('phase: Ready')),
  )
  await stage.stop()
  await stage.asks('researcher', {
    kind: 'egress',
    host: 'pypi.org',
    port: 443,
    method: 'GET',
    path: '/simple/**',
    why: 'The test suite needs pytest 8, and the image has 7.4.',
    minutes: 30,
  })
  await stage.asks(
    'web-shop',
    {
      kind: 'question',
      question: 'The checkout has two tax tables. Which one is right?',
      choices: ['the one from 2026', 'the one of the old shop'],
    },
    14,
  )
  await stage.start()
  const url = await stage.url()
  const full = async (page: Page): Promise<void> => {
    await said(page, '.count', '2')
    await said(page, '.tally', '9 bottles, 7 ready')
  }
  await shoot('list', url, { prepare: full })
  await shoot('dark', url, { view: { ...WIDE, isDark: true }, prepare: full })
  await shoot('narrow', url, { view: { width: 360, height: 820 }, prepare: full })
  await shoot('approve', url, {
    prepare: async (page) => {
      await full(page)
      await page.click('.ask:last-child button.primary')
      await said(page, 'dialog .diff', 'pypi.org')
    },
  })
  await shoot('bottle', url, { at: '#/bottle/web-shop', prepare: (page) => said(page, '.timeline', 'MachineReady') })
  await shoot('ill', url, { at: '#/bottle/nightly', prepare: (page) => said(page, '.card', 'nightly.yaml') })
  await shoot('away', url, {
    prepare: async (each) => {
      await full(each)
      await stage.stop()
      await said(each, '.link', 'away')
    },
  })
})
await chromium.close()
