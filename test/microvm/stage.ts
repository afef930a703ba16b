import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { joinLab } from './lab.ts'
import type { Lab } from './lab.ts'
import { prepareLab } from './prepare.ts'
import type { Outcome } from './scripts.ts'

/**
 * Acts of a person at the virtual host: files in ~/ROOT, commands in a terminal, looks inside the guests.
 *
 * Assumptions: bottle NAME is in ~/ROOT/NAME.yaml.
 * Caveats: each look starts a process in an emulated machine and takes 0.1 to 1 s.
 */
export interface Stage {
  readonly lab: Lab
  /** `bottled run` with its options for this host. */
  readonly runs: string
  /** Runs as the user `agent`, in its home; throws unless it exits with 0. */
  user(script: string, timeoutMs?: number): Promise<string>
  /** Like `user`, with any exit code. */
  attempt(script: string, timeoutMs?: number): Promise<Outcome>
  /** In the guest of bottle NAME. */
  guest(name: string, script: string): Promise<Outcome>
  status(name: string): Promise<Status>
  /** Starts `bottled run` on ~/ROOT; its log is ~/ROOT.log, its pid in ~/ROOT.pid, its end in ~/ROOT.code. */
  startController(): Promise<void>
  /** Sends SIGTERM, waits for the end and returns the exit code. */
  stopController(): Promise<number>
  /** The state of everything, for the report of a failure. */
  report(): Promise<string>
  until(what: string, holds: () => Promise<boolean>, timeoutMs: number): Promise<number>
  stop(): Promise<void>
}

export interface Status {
  readonly phase?: string
  readonly observedGeneration?: number
  readonly uid?: string
  readonly network?: { readonly name: string; readonly subnet: string }
  readonly bundle?: { readonly id: string; readonly ip: string }
  readonly machine?: { readonly name: string; readonly state: string; readonly pid?: number }
  readonly conditions?: readonly {
    readonly type: string
    readonly status: string
    readonly reason: string
    readonly message: string
  }[]
}

// Each look takes time of the emulated machine from the guests.
const POLL_MS = 2000

/** On the virtual host that BOTTLED_LAB_AT names, otherwise on a new one. */
export const openStage = async (root = 'bottles'): Promise<Stage> => {
  const at = process.env['BOTTLED_LAB_AT']
  return stageOn(at === undefined ? await prepareLab() : joinLab(at), root)
}

const stageOn = (lab: Lab, root: string): Stage => {
  const runs = `bottled run ${root} --bundle-image lab-bundle:1 --undo 0`
  const attempt = (script: string, timeoutMs = 60_000): Promise<Outcome> => lab.run(script, { asUser: true, timeoutMs })
  const user = async (script: string, timeoutMs?: number): Promise<string> => {
    const { code, stdout, stderr } = await attempt(script, timeoutMs)
    if (code !== 0) throw new Error(`exit ${code}: ${script}\n${stdout}${stderr}`)
    return stdout
  }
  const status = async (name: string): Promise<Status> => {
    const { stdout } = await attempt(`cat ${root}/${name}.yaml`)
    return ((parse(stdout) as { status?: Status } | null)?.status ?? {}) as Status
  }
  const report = async (): Promise<string> => {
    const { stdout } = await attempt(
      `cat ${root}/*.yaml; tail -n 40 ${root}.log; smolvm machine ls --json | grep -E "name|state|pid"; docker ps -a; docker network ls; tail -n 30 ${root}/.bottled/events.jsonl`,
    )
    return stdout
  }
  const until = async (what: string, holds: () => Promise<boolean>, timeoutMs: number): Promise<number> => {
    const started = performance.now()
    while (!(await holds())) {
      if ((await attempt(`[ ! -s ${root}.code ]`)).code !== 0)
        throw new Error(`the controller ended: ${what}\n${await report()}`)
      if (performance.now() - started > timeoutMs)
        throw new Error(`not within ${timeoutMs} ms: ${what}\n${await report()}`)
      await sleep(POLL_MS)
    }
    const tookMs = performance.now() - started
    console.log(`lab: ${what}: ${(tookMs / 1000).toFixed(1)} s`)
    return tookMs
  }
  return {
    lab,
    runs,
    user,
    attempt,
    guest: (name, script) =>
      attempt(`smolvm machine exec --name bottle-${name} --timeout 40s -- sh -c ${quoted(script)}`),
    status,
    startController: async () => {
      await user(
        `rm -f ${root}.code; (setsid bash -c '${runs} --log-format json; echo $? > ${root}.code' >> ${root}.log 2>&1 < /dev/null & ); for i in $(seq 100); do pgrep -u agent -f "^node.*bottled run" > ${root}.pid && exit 0; sleep 0.1; done; exit 1`,
      )
    },
    stopController: async () => {
      await user(
        `rm -f ${root}.code; kill -TERM $(cat ${root}.pid); for i in $(seq 400); do [ -s ${root}.code ] && exit 0; sleep 0.1; done; exit 1`,
      )
      return Number(await user(`cat ${root}.code`))
    },
    report,
    until,
    stop: () => lab.stop(),
  }
}

export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
