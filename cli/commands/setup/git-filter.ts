import { defineCommand } from '../../verb/command.ts'
import { withoutStatus } from '../../git-filter/clean.ts'
import { serveFilter } from '../../git-filter/process.ts'
import { inspect, install, refresh, setupLines, uninstall } from '../../git-filter/setup.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'

interface GitFilterOptions {
  readonly output?: 'json'
  readonly global?: boolean
}

export const gitFilter = defineCommand<GitFilterOptions>({
  name: 'git-filter',
  summary: 'keep status out of git',
  // git must not fail where its filter runs.
  anyState: ([action = '']) => ['clean', 'smudge', 'process'].includes(action),
  arguments: '<action> [file]',
  details:
    'install   set up the clean filter: git then ignores status\nuninstall remove the filter\nstatus    show how the filter is set up\nrefresh   make git read the filtered files again\nclean     the filter: copy stdin to stdout without status\nprocess   the filter as one process for many files (gitattributes(5))\nsmudge    the reverse: copy stdin to stdout\n\nThe patterns go into .gitattributes of the root; commit that file. Each clone runs install once, or each user once with --global. A running controller makes git read a file again after each write of status; if the controller ran elsewhere, run refresh.',
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
    else if (action === 'refresh') await refresh(session)
    else if (action === 'status') {
      const setup = await inspect(session)
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
