import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../drivers/calls/subprocess.ts'
import { removeRules } from '../../drivers/firewall/helper/answer.ts'
import { shellWord } from '../../drivers/shell-word.ts'
import { CliError } from '../print/cli-error.ts'
import { changeOf } from './change.ts'
import { definition, refuseForeign, writeDefinition } from './definition.ts'
import { edgesName, helperText, socketText } from './edges-units.ts'
import { marked } from './mark.ts'
import { requireRootsCode } from './own-code.ts'
import type { ServiceIo } from './tell.ts'
import { teller } from './tell.ts'

/**
 * `bottled service edges`: the helper of root for an ordinary user, put in place and removed.
 *
 * Guarantees: the change is shown before it is made; a unit that a person wrote or edited is never replaced or removed; no code that
 *   another user may write becomes root's service; with the helper its rules go.
 */
export interface EdgesWish {
  readonly user?: string
  readonly remove: boolean
  readonly dryRun: boolean
}

const FOLDER = '/etc/systemd/system'

export const serviceEdges = async ({ user, remove, dryRun }: EdgesWish, io: ServiceIo): Promise<number> => {
  const { env, uid, bottled } = io.setting
  if (io.platform !== 'linux') throw new CliError(`${io.platform} has no edges: bundles are reached on Linux only`)
  if (uid !== 0 && !dryRun)
    throw new CliError(
      'only root can install a helper that sets firewall rules',
      `sudo bottled service edges --user ${shellWord(user ?? String(uid))}`,
    )
  const userId = await idOf(user ?? env['SUDO_UID'] ?? String(uid), env)
  const name = edgesName(userId)
  const texts = {
    [`${name}.socket`]: socketText(userId),
    [`${name}.service`]: helperText(userId, helperWords(bottled)),
  }
  const files = await Promise.all(
    Object.entries(texts).map(async ([file, text]) => {
      const path = join(FOLDER, file)
      const { own, text: before } = await definition(path)
      if (before !== undefined) refuseForeign(path, before)
      return { path, own, before, text: marked(text, `the edges of user ${userId}`, 'unit') }
    }),
  )
  return remove ? end({ files, userId, dryRun }, io) : install({ files, name, userId, dryRun }, io)
}

interface Work {
  readonly files: readonly {
    readonly path: string
    readonly own: Awaited<ReturnType<typeof definition>>['own']
    readonly before: string | undefined
    readonly text: string
  }[]
  readonly name: string
  readonly userId: number
  readonly dryRun: boolean
}

const install = async ({ files, name, userId, dryRun }: Work, io: ServiceIo): Promise<number> => {
  for (const { path, before, text } of files) {
    const change = changeOf(before, text)
    io.say(change.length === 0 ? `${path} is as it should be` : `${path}:`)
    for (const line of change) io.say(line)
  }
  const [program = ''] = io.setting.bottled
  await requireRootsCode(program, PACKAGE)
  if (dryRun) {
    io.say('nothing was written')
    return 0
  }
  requireSystemd()
  for (const { path, text, own } of files) await writeDefinition(path, text, own)
  await teller(io)([
    ['systemctl', 'daemon-reload'],
    // What runs is of the former version.
    ['systemctl', 'stop', `${name}.service`],
    ['systemctl', 'enable', `${name}.socket`],
    ['systemctl', 'restart', `${name}.socket`],
  ])
  io.say(
    `the controller of user ${userId} closes the edges of its bundles with its next passes; bottled doctor says so`,
  )
  return 0
}

const end = async ({ files, userId, dryRun }: Omit<Work, 'name'>, io: ServiceIo): Promise<number> => {
  const there = files.filter(({ before }) => before !== undefined)
  for (const { path } of there) io.say(`${path} is removed${dryRun ? ' (not now: --dry-run)' : ''}`)
  if (there.length === 0) io.say(`no helper is installed for user ${userId}`)
  if (dryRun) return 0
  if (there.length > 0) {
    requireSystemd()
    await teller(io)([['systemctl', 'disable', '--now', ...there.map(({ path }) => path.slice(FOLDER.length + 1))]])
    for (const { path } of there) await rm(path)
    await teller(io)([['systemctl', 'daemon-reload']])
  }
  const roots = await removeRules(userId)
  if (roots > 0) io.say(`the rules around the bundles of ${roots} of their roots are gone: these bundles have no edges`)
  return 0
}

const PACKAGE = fileURLToPath(
  new URL(existsSync(new URL('../../package.json', import.meta.url)) ? '../..' : '../../..', import.meta.url),
).replace(/\/$/, '')

/** The helper is a program of its own, beside bottled. */
const helperWords = (bottled: readonly string[]): readonly string[] => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return [...bottled.slice(0, -1), join(dirname(fileURLToPath(import.meta.url)), '..', 'edges', `main.${extension}`)]
}

const requireSystemd = (): void => {
  if (!existsSync('/run/systemd/system'))
    throw new CliError('systemd does not run here (no /run/systemd/system): nothing was changed', 'run bottled as root')
}

const idOf = async (user: string, env: ServiceIo['setting']['env']): Promise<number> => {
  const known = /^\d{1,9}$/.test(user) ? user : undefined
  const { stdout, exitCode } =
    known === undefined
      ? await runCommand({
          file: 'id',
          args: ['-u', '--', user],
          env: { PATH: env['PATH'] ?? '' },
          deadlineMs: 10_000,
          umask: 0o077,
        })
      : { stdout: known, exitCode: 0 }
  if (exitCode !== 0) throw new CliError(`there is no user ${user}`, 'bottled service edges --user NAME', 3)
  const id = Number(stdout)
  if (id === 0) throw new CliError('root needs no helper', 'sudo bottled service edges --user NAME', 2)
  return id
}
