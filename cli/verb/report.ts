import type { OptionSpec } from './command.ts'
import { toJson } from '../print/json.ts'
import { toYaml } from '../print/yaml.ts'
import type { Session } from '../session/session.ts'

/** Output of verbs that change something: one line per change as kubectl prints it, or one list for programs. */
export interface ReportOptions {
  readonly output?: 'json' | 'yaml' | 'name'
  readonly dryRun?: boolean
}

export const REPORT_OPTIONS: readonly OptionSpec[] = [
  { flags: '-o, --output <format>', description: 'json, yaml or name', choices: ['json', 'yaml', 'name'] },
  { flags: '--dry-run', description: 'print what would be done, and change nothing' },
]

export interface Report {
  done(name: string, action: string, more?: Readonly<Record<string, unknown>>): void
  /** Prints what was collected. */
  end(): void
}

export const createReport = (session: Session, { output, dryRun }: ReportOptions): Report => {
  const items: Readonly<Record<string, unknown>>[] = []
  return {
    done: (name, action, more = {}) => {
      if (output === 'name') session.out(`bottle.bottled.dev/${name}\n`)
      else if (output !== undefined) items.push({ name, action, dryRun: dryRun === true, ...more })
      else {
        const subject =
          action === 'deleted' || action === 'retained' || action === 'purged'
            ? `bottle.bottled.dev "${name}"`
            : `bottle.bottled.dev/${name}`
        session.out(`${subject} ${action}${dryRun === true ? ' (dry run)' : ''}\n`)
      }
    },
    end: () => {
      if (output !== 'json' && output !== 'yaml') return
      session.out(
        (output === 'json' ? toJson : toYaml)({ apiVersion: 'bottlectl.bottled.dev/v1', kind: 'Report', items }),
      )
    },
  }
}
