import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'puppeteer-core'
import * as assert from 'uvu/assert'
import { notedPage } from '../../../controller/state/page-note.ts'
import { ownImage, ownImageMissing } from '../../bundle/image/own-image.ts'
import { call, connectAgent } from '../../bundle/supervise/an-agent.ts'
import { bundleModules } from '../../conformance/proxy/modules.ts'
import { withRig } from '../../e2e/scenario.ts'
import { suite } from '../../helpers/suite.ts'
import { chromiumMissing, startChromium } from './browser.ts'
import type { Chromium } from './browser.ts'
import { complaintsOf, said } from './look.ts'
import { builtPage } from './stage.ts'

/**
 * The page of a whole controller in a real browser: the real Engine, bundles of `bottled bundle build`, the stand-in for smolvm.
 */
const test = suite('the page of a real controller')
const modules = bundleModules()
const missing = chromiumMissing() ?? ownImageMissing() ?? ('missing' in modules ? modules.missing : undefined)
const run = promisify(execFile)
let chromium: Chromium

test.before(async () => {
  if (missing !== undefined) return
  await builtPage()
  chromium = await startChromium()
})
test.after(async () => chromium?.close())

/** What stands where it is said why a bottle is ill, in the list and in its own view. */
const whyOf = async (page: Page, name: string): Promise<string> => {
  const link = `a[href="#/bottle/${name}"]`
  await page.waitForSelector(link)
  const inList = await page.$eval(link, (each) => each.closest('.row.bad')?.querySelector('.why')?.textContent)
  await page.click(link)
  await said(page, 'h1', name)
  await page.waitForSelector('.lead.bad')
  const inView = await page.$eval('.lead.bad', (each) => each.textContent)
  await page.evaluate("location.hash = '#/'")
  const [first, second] = [inList, inView].map((each) => (each ?? '').replaceAll(/\s+/g, ' ').trim())
  assert.is(first, second)
  return first ?? ''
}

const showLog = async (page: Page, part: 'bundle' | 'machine'): Promise<void> => {
  await page.select('section[aria-labelledby="log-title"] select', part)
  await page.click('section[aria-labelledby="log-title"] button')
}

const title =
  'the page alone says what is wrong with three ill bottles and what to do next, and has an ask answered; the log of a real bundle and what it uses are shown'
const body = (): Promise<void> =>
  withRig(async (rig) => {
    const image = await ownImage()
    try {
      const variable = `T_${rig.word.toUpperCase()}`
      const policy = join(rig.base, 'policy.yaml')
      writeFileSync(
        policy,
        `apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec:\n  level: baseline\n  limits: {cpus: 4}\n`,
      )
      rig.write(
        'web.yaml',
        rig.bottle('web', 'supervise: true', `bundle: {image: "${image}"}`, 'egress:', '  allow:', '  - host: b.test'),
      )
      rig.write('image.yaml', rig.bottle('image', `bundle: {image: "bottled/bundle:t-${rig.word}"}`))
      rig.write('secret.yaml', rig.bottle('secret', `secrets: {TOKEN: {fromEnv: ${variable}}}`))
      rig.write('forbidden.yaml', rig.bottle('forbidden', 'machine: {cpus: 8}'))
      rig.start('--listen', '127.0.0.1:0', '--policy', policy)
      const status = await rig.ready('web')
      const note = await notedPage(rig.state)
      const page = await chromium.open({ width: 1_440 })
      await page.goto(`${note?.at}/#token=${note?.token}`)
      await said(page, '.tally', '3 ill')

      assert.is(
        await whyOf(page, rig.slug('image')),
        `ImageNotFound bottled/bundle:t-${rig.word} is not present; bottled bundle build makes it`,
      )
      assert.is(
        await whyOf(page, rig.slug('secret')),
        `SecretUnavailable TOKEN: the environment variable ${variable} is not set where bottled runs; set ${variable} for bottled and restart it; the VM isn't started without it`,
      )
      assert.is(
        await whyOf(page, rig.slug('forbidden')),
        `PolicyViolation forbidden.yaml:7:19: spec.machine.cpus 8 is over the limit of 4: forbidden by limits/cpus of the policy baseline (${policy}); write at most 4; or spec.limits.cpus: 8`,
      )

      assert.ok('path' in modules)
      const agent = await connectAgent(modules.path, `http://${status.bundle?.ip}:9100`)
      try {
        const asked = await call(agent, 'request_egress', { url: 'https://a.test/x', why: 'to try it', minutes: 30 })
        await said(page, '.ask', 'a.test')
        await page.click('.ask button.primary')
        await said(page, 'dialog .diff', 'host: a.test')
        await page.click('dialog button.primary')
        await said(page, 'main', 'No agent asks anything.')
        await rig.until('its agent is told', async () => {
          const { state } = await call(agent, 'check', { id: asked['id'], waitSeconds: 2 })
          return state === 'granted'
        })
        assert.match(rig.read('web.yaml'), /- host: a\.test # ask /)
      } finally {
        await agent.close()
      }

      const container = `bottle-${rig.slug('web')}-bundle`
      const hostile = String.raw`printf 'red \033[31mred\033[0m \033[2Jgone <b>\n' > /proc/1/fd/1`
      await run('docker', ['exec', container, 'sh', '-c', hostile])
      await page.click(`a[href="#/bottle/${rig.slug('web')}"]`)
      await said(page, '.figures .machine', 'at most')
      await said(page, '.figures .bundle', 'Mi in')
      const described = await page.$$eval('figure svg desc', (all) => all.map((each) => each.textContent.trim()))
      assert.match(described[0] ?? '', /^machine: \d+m at last, \d+m at most; bundle: \d+m at last, \d+m at most$/)
      assert.match(
        described[1] ?? '',
        /^machine: \d+Mi at last, \d+Mi at most; bundle: [1-9]\d*Mi at last, \d+Mi at most$/,
      )
      await showLog(page, 'bundle')
      await said(page, '.log', 'denies everything until a policy is loaded')
      await said(page, '.log', 'red red \\u001b[2Jgone <b>')
      assert.equal(await complaintsOf(page), [])
      await showLog(page, 'machine')
      await said(page, '.log', 'It is empty.')
    } finally {
      await rig.dispose()
    }
  })
if (missing === undefined) test(title, body, { deadlineMs: 300_000 })
else test.skip(title, missing)

test.run()
