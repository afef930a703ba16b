import { shellWord } from '../../drivers/shell-word.ts'
import type { Preview } from '../preview/preview.ts'
import type { Policy } from '../../egress/policy.ts'
import { cell, visibleLines } from '../print/cell.ts'
import { alignLines, GUTTER } from '../print/columns.ts'
import { reachLines } from './reach.ts'

/** A plan for people. Pure. */
export const planText = (
  plan: Preview,
  {
    notes,
    egress,
    verbose,
  }: { readonly notes: readonly string[]; readonly egress: Policy | undefined; readonly verbose: boolean },
): string => {
  const { steps, blocked, requests } = plan
  const env = Object.entries(plan.guestEnv).sort(([a], [b]) => (a < b ? -1 : 1))
  const head = [
    `Name:\t${plan.name}`,
    `Identity:\t${plan.identity}`,
    `Subnet:\t${plan.subnet ?? '<none>'}`,
    `Gateway:\t${plan.gateway ?? '<none>'}`,
    `Bundle IP:\t${plan.bundleIp ?? '<none>'}`,
    ...notes.map((note, index) => `${index === 0 ? 'Note:' : ''}\t${cell(note)}`),
  ]
  const lines = [
    ...alignLines(head, GUTTER),
    'Guest Env:',
    ...env.map(([key, value]) => `  ${key}=${cell(value)}`),
    ...(egress === undefined ? [] : [`Egress (${egress.mode}):`, ...reachLines(egress), ...versionNote(egress)]),
    'Smolfile:',
    ...indented(plan.smolfile ?? '<none>'),
    ...(steps.length === 0
      ? ['Steps:  <none>']
      : [
          'Steps:',
          ...alignLines(
            steps.map(({ verb, target, because }) => `  ${verb}\t${target}\t${cell(because)}`),
            GUTTER,
          ),
        ]),
    ...(blocked === undefined ? [] : [`Blocked:  ${blocked.by}: ${blocked.reason}: ${cell(blocked.message)}`]),
    ...(verbose
      ? requests.flatMap((request) =>
          request.to === 'docker'
            ? [
                `Docker Request:  ${request.method} ${request.path}`,
                ...indented(JSON.stringify(request.body, undefined, 2)),
              ]
            : [`Command:  smolvm ${request.argv.map(shellWord).join(' ')}`],
        )
      : []),
  ]
  return `${lines.join('\n')}\n`
}

/** What is looked into speaks HTTP/1.1, which nobody expects who uses gRPC. */
const versionNote = ({ allow }: Policy): readonly string[] =>
  allow.some(({ tls }) => tls === 'terminate')
    ? ['  These hosts are looked into and speak HTTP/1.1; what needs HTTP/2, such as gRPC, takes tls: passthrough.']
    : []

const indented = (text: string): readonly string[] =>
  visibleLines(text.trimEnd())
    .split('\n')
    .map((line) => `  ${line}`)
