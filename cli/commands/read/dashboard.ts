import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { servedPage } from '../../../controller/state/page-note.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { isRunning, noController } from '../../session/controller.ts'
import { runCommand } from '../../session/run-command.ts'
import { openInBrowser } from '../../session/open-in-browser.ts'
import { CliError } from '../../print/cli-error.ts'
import { defineCommand } from '../../verb/command.ts'

interface DashboardOptions {
  readonly open: boolean
}

export const dashboard = defineCommand<DashboardOptions>({
  name: 'dashboard',
  summary: 'open the page of the controller in a browser',
  details:
    'Open the page that bottled run --listen serves: what agents ask, the bottles live, and what can be done with them. The address is printed, too; who has it may do what bottlectl may, as the token of the page stands in it.',
  examples: ['bottlectl dashboard', 'bottlectl dashboard --no-open'],
  options: [{ flags: '--no-open', description: 'only print the address' }],
  run: async ({ session, options }) => {
    if (!(await isRunning(session)))
      throw new CliError(await noController(session), `${await runCommand(session)} --listen 127.0.0.1:9110`, 3)
    const note = await servedPage(session.lockDir)
    if (note === undefined)
      throw new CliError(
        'the controller serves no page',
        `${await runCommand(session)} --listen 127.0.0.1:9110 serves it`,
        3,
      )
    const token = note.token ?? (await tokenIn(note.tokenFile))
    const url = `${note.at}/#token=${encodeURIComponent(token)}`
    session.out(`${url}\n`)
    if (!options.open) return
    const file = join(session.lockDir, 'dashboard.html')
    // Who else is on this machine sees the arguments of a browser: it gets a file that only this user may read.
    await createDisk().writeDurable(file, redirectTo(url))
    if (!(await openInBrowser(pathToFileURL(file).href, session.env)))
      session.say('no browser was found: open it by hand')
  },
})

const tokenIn = async (file: string | undefined): Promise<string> => {
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined)
  if (text !== undefined) return text.trim()
  throw new CliError(`the token of the page, ${file ?? ''}, can't be read`, 'ask who runs the controller')
}

/** Its address has no character that HTML reads in another way. */
const redirectTo = (url: string): string =>
  `<!doctype html>\n<meta charset="utf-8">\n<title>bottled</title>\n<meta http-equiv="refresh" content="0; url=${url.replaceAll('"', '%22').replaceAll('&', '&amp;').replaceAll('<', '%3C')}">\n`
