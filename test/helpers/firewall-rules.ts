import { execFileSync } from 'node:child_process'

/** The rules that controllers of tests left in this host's firewall, as a person sees them. Nothing else is ever touched. */

const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`

/** Lines of the table `filter`; empty where they can't be read. */
export const firewallLines = (): readonly string[] => {
  try {
    const text = execFileSync('iptables-save', ['-t', 'filter'], { env: { PATH }, stdio: ['ignore', 'pipe', 'ignore'] })
    return text.toString().replaceAll('"', '').split('\n')
  } catch {
    return []
  }
}

/** Lines of bottles whose identities contain this word. */
export const rulesNamed = (word: string): readonly string[] =>
  firewallLines().filter((line) => / --comment bottled-\S+\/\S+ /.test(line) && line.includes(word))

/** Removes everything of the roots that have such a bottle. */
export const removeRulesNamed = (word: string): void => {
  const lines = firewallLines()
  const named = lines.filter((line) => / --comment bottled-\S+\/\S+ /.test(line) && line.includes(word))
  const roots = new Set(named.flatMap((line) => /^-A (BOTTLED-[0-9a-f]{8})-/.exec(line)?.[1] ?? []))
  for (const root of roots) {
    const chains = lines
      .flatMap((line) => /^:(\S+) /.exec(line)?.[1] ?? [])
      .filter((name) => name.startsWith(`${root}-`))
    const jumps = lines.filter((line) => line.includes(` -j ${root}-`) && !line.startsWith(`-A ${root}-`))
    const script = [
      '*filter',
      ...chains.map((name) => `:${name} - [0:0]`),
      ...jumps.map((line) => line.replace(/^-A/, '-D')),
      ...chains.map((name) => `-X ${name}`),
      'COMMIT',
      '',
    ].join('\n')
    execFileSync('iptables-restore', ['--noflush', '-w', '5'], { env: { PATH }, input: script })
  }
}
