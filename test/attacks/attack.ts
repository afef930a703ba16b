import { suite } from '../helpers/suite.ts'

/**
 * The suite of attacks: each is a test and a row of docs/threat-model.md.
 *
 * Flow: `attacks(KIND)` at the top of `test/attacks/KIND.test.ts`; one `attack({ … }, body)` per way in; `run()` at the end.
 *   With BOTTLED_ATTACKS=list a file prints its rows as JSON lines and runs nothing: the table is made from that.
 * Assumptions: the body tries the attack for real and asserts what is seen; each was seen to succeed without its mend.
 */
export type Party =
  /** What runs in the VM: it writes mounted workspaces, what `cp`, `logs` and `exec` bring back, git objects. */
  | 'agent'
  /** The container beside it: it reads what the agent sends. */
  | 'bundle'
  /** Whoever writes Bottle files. */
  | 'author'
  /** Another user of the host, without rights of ours. */
  | 'neighbour'

export interface Attack {
  readonly party: Party
  /** What the party wants: "runs code on the host". */
  readonly aim: string
  /** How it tries: "a promisor remote with core.sshCommand in the mounted .git/config". */
  readonly way: string
  /** What must be seen instead: "git isn't started; the status is written". */
  readonly seen: string
  /** Who enforces it: "controller", "bottlectl", "Docker", "smolvm", "host firewall". */
  readonly enforcedBy: string
}

export interface Attacks {
  (attack: Attack, body: () => Promise<void> | void, options?: { readonly deadlineMs?: number }): void
  /** An attack that can't be tried here; `why` is printed. The row stands all the same. */
  skip(attack: Attack, why: string): void
  before(hook: () => Promise<void> | void): void
  after(hook: () => Promise<void> | void): void
  run(): void
}

export const attacks = (kind: string): Attacks => {
  const test = suite(`attacks: ${kind}`)
  const rows: Attack[] = []
  const add = (attack: Attack, body: () => Promise<void> | void, options?: { readonly deadlineMs?: number }): void => {
    rows.push(attack)
    test(titleOf(attack), body, options)
  }
  return Object.assign(add, {
    skip: (attack: Attack, why: string) => {
      rows.push(attack)
      test.skip(titleOf(attack), why)
    },
    before: test.before,
    after: test.after,
    run: () => {
      if (process.env['BOTTLED_ATTACKS'] === 'list')
        for (const row of rows) process.stdout.write(`${JSON.stringify({ kind, ...row })}\n`)
      else test.run()
    },
  })
}

const titleOf = ({ party, way, seen }: Attack): string => `${party}: ${way}: ${seen}`
