import axe from 'axe-core'
import type { Page } from 'puppeteer-core'

/** Waits until something that `selector` names has `text`. */
export const said = async (page: Page, selector: string, text: string): Promise<void> => {
  const met = `[...document.querySelectorAll(${JSON.stringify(selector)})].some((each) => each.textContent.replace(/\\s+/g, ' ').includes(${JSON.stringify(text)}))`
  try {
    await page.waitForFunction(met, { polling: 100 })
  } catch (error) {
    const shown = await page.evaluate('document.body.innerText').catch(() => '')
    throw new Error(`"${text}" is not in ${selector}:\n${String(shown)}`, { cause: error })
  }
}

/** What axe-core has to say, a line for each. */
export const complaintsOf = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run({resultTypes: ["violations"]})')) as {
    readonly violations: readonly {
      readonly id: string
      readonly help: string
      readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
    }[]
  }
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary = '' }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}
