import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'puppeteer-core'
import { programAt } from '../../../cli/session/program-at.ts'

/** A real browser for tests of the page: Chromium as Debian has it, which reaches nothing but loopback. */

/** Why they can't run here; undefined if they can. Throws if BOTTLED_REQUIRE has `chromium`. */
export const chromiumMissing = (): string | undefined => {
  if (chromium() !== undefined) return undefined
  if ((process.env['BOTTLED_REQUIRE'] ?? '').split(',').includes('chromium'))
    throw new Error('BOTTLED_REQUIRE names chromium, but there is none on PATH: apt-get install chromium')
  return 'no chromium on PATH'
}

const chromium = (): string | undefined => programAt('chromium', { cwd: '/', path: process.env['PATH'] ?? '' })

export interface Chromium {
  /** A page with nothing of others: no storage, no cookies. */
  open(view: View): Promise<Page>
  close(): Promise<void>
}

export interface View {
  readonly width: number
  readonly height?: number
  readonly isDark?: boolean
}

export const startChromium = async (): Promise<Chromium> => {
  const { default: puppeteer } = await import('puppeteer-core')
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-chromium-'))
  const browser: Browser = await puppeteer.launch({
    executablePath: chromium() ?? 'chromium',
    userDataDir: folder,
    protocolTimeout: 600_000,
    timeout: 300_000,
    args: [
      // Root has no other way; what it loads is ours.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--force-color-profile=srgb',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
  return {
    open: async ({ width, height = 900, isDark = false }) => {
      const context = await browser.createBrowserContext()
      const page = await context.newPage()
      page.setDefaultTimeout(120_000)
      await page.setViewport({ width, height, deviceScaleFactor: 1 })
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ])
      return page
    },
    close: async () => {
      await browser.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
