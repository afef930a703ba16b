import { defineCommand } from '../../verb/command.ts'
import { withoutStatus } from '../../git-filter/clean.ts'
import { serveFilter } from '../../git-filter/process.ts'
import { install, look, lookAgain, setupLines, uninstall } from '../../git-filter/setup.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'

interface GitFilterOptions {
  readonly output?: 'json'
  readonly global?: boolean
}

export const gitFilter = defineCommand<GitFilterOptions>({
  name: 'git-filter',
  summary: 'keep status out of git',
  arguments: '<action> [file]',
  details:
    'install   set up a clean filter: git then never sees status\nuninstall take it away again\nstatus    say what is set up and what is not\nrefresh   have git look anew at the files it has the filter for\nclean     the filter: stdin without status to stdout\nprocess   the filter as one process for many files (gitattributes(5))\nsmudge    the other way: nothing to do\n\nThe patterns go into .gitattributes of the root, to be committed; each clone runs install once, or each user once with --global. While a controller runs it has git look anew after each write of a status; after one that ran elsewhere, refresh does.',
  examples: ['bottlectl git-filter install', 'bottlectl git-filter install --global', 'bottlectl git-filter status'],
  options: [
    { flags: '--global', description: 'install, uninstall: for all repositories of this user' },
    { flags: '-o, --output <format>', description: 'json', choices: ['json'] },
  ],
  run: async ({ session, args, options }) => {
    const [action = ''] = args
    const scope = { global: options.global === true }
    const write = (bytes: Buffer): void => void process.stdout.write(bytes)
    if (action === 'clean') write(withoutStatus(await bytesOf(process.stdin)))
    else if (action === 'smudge') write(await bytesOf(process.stdin))
    else if (action === 'process') await serveFilter({ input: process.stdin, write, clean: withoutStatus })
    else if (action === 'install') await install(session, scope)
    else if (action === 'uninstall') await uninstall(session, scope)
    else if (action === 'refresh') await lookAgain(session)
    else if (action === 'status') {
      const setup = await look(session)
      session.out(options.output === 'json' ? toJson(setup) : `${setupLines(setup).join('\n')}\n`)
      if (!setup.installed) session.say('hint: bottlectl git-filter install')
      return setup.installed ? 0 : 1
    } else
      throw new CliError(
        `unknown action "${action}"`,
        'install, uninstall, status, refresh, clean, process or smudge',
        2,
      )
    return 0
  },
})

const bytesOf = async (input: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of input) chunks.push(chunk)
  return Buffer.concat(chunks)
}
