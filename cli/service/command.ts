import type { Command } from 'commander'
import { harmless } from '../../drivers/harmless.ts'
import { addRunOptions } from '../run/options.ts'
import { typedFlags } from './flags.ts'
import type { ServiceIo } from './tell.ts'

/** Adds `service install|uninstall|status|print|edges`. `bottled`: the words that run it; `done`: takes the exit code. */
export const addServiceCommands = (
  program: Command,
  { bottled, done }: { readonly bottled: () => readonly string[]; readonly done: (code: number) => void },
): void => {
  const service = program.command('service').description('bottled run as a service of systemd or launchd')
  const io = (): ServiceIo => ({
    say: (line) => void process.stdout.write(`${harmless(line)}\n`),
    setting: { cwd: process.cwd(), env: process.env, uid: process.getuid?.() ?? 0, bottled: bottled() },
    platform: process.platform,
  })
  const name = ['--name <name>', 'of the service, if there are several', 'bottled'] as const

  const install = service
    .command('install')
    .description('start it now, at each boot and after a crash, with the flags of bottled run given here')
    .argument('[root]', 'folder of Bottle files', '.')
    .option(...name)
    .option('--dry-run', 'show what would be written', false)
  const toInstall = typedFlags(addRunOptions(install), OWN)
  install.action(async (root: string, { name: given, dryRun }: { name: string; dryRun: boolean }) => {
    const { installService } = await import('./service.ts')
    done(await installService({ root, name: given, dryRun, flags: toInstall() }, io()))
  })

  const print = service
    .command('print')
    .description('print what install would write')
    .argument('[root]', 'folder of Bottle files', '.')
    .option(...name)
  const toPrint = typedFlags(addRunOptions(print), OWN)
  print.action(async (root: string, { name: given }: { name: string }) => {
    const { printService } = await import('./service.ts')
    done(await printService({ root, name: given, flags: toPrint() }, io()))
  })

  service
    .command('uninstall')
    .description('end it and remove its definition; bottles run on')
    .option(...name)
    .option('--dry-run', 'say what would be removed', false)
    .action(async ({ name: given, dryRun }: { name: string; dryRun: boolean }) => {
      const { uninstallService } = await import('./service.ts')
      done(await uninstallService({ name: given, dryRun }, io()))
    })

  service
    .command('status')
    .description('whether it is installed and active: exit 0, else 3')
    .option(...name)
    .action(async ({ name: given }: { name: string }) => {
      const { serviceStatus } = await import('./service.ts')
      done(await serviceStatus(given, io()))
    })

  addEdges(service, io, done)
}

/** Adds `service edges`. */
const addEdges = (service: Command, io: () => ServiceIo, done: (code: number) => void): void => {
  service
    .command('edges')
    .description('for root: install a helper that sets firewall rules around the bundles of an ordinary user')
    .option('--user <user>', 'name or id (default: who called sudo)')
    .option('--remove', 'end it, and take away the rules of their bundles', false)
    .option('--dry-run', 'show what would be written', false)
    .action(async (wish: { user?: string; remove: boolean; dryRun: boolean }) => {
      const { serviceEdges } = await import('./edges.ts')
      done(await serviceEdges(wish, io()))
    })
}

/** Flags of the service itself. */
const OWN: ReadonlySet<string> = new Set(['--name', '--dry-run'])
