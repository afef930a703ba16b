import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { chooseAccel, qemuVersion } from './accel.ts'
import type { Lab, Outcome } from './lab.ts'
import { startLab } from './lab.ts'
import { layPackage } from './package.ts'

/**
 * What a person at the virtual host would do: files in ~/bottles, commands in a terminal, looks inside the guests.
 *
 * Assumptions: bottle NAME lies in ~/bottles/NAME.yaml.
 * Caveats: each look is a process in an emulated machine and takes 0.1 to 1 s.
 */
export interface Stage {
  readonly lab: Lab
  /** As the user `agent`, in his home; throws unless it ends with 0. */
  user(script: string, timeoutMs?: number): Promise<string>
  /** Like `user`, whatever its end. */
  attempt(script: string, timeoutMs?: number): Promise<Outcome>
  /** In the guest of bottle NAME. */
  guest(name: string, script: string): Promise<Outcome>
  status(name: string): Promise<Status>
  /** Starts `bottled run`; its log is ~/run.log. */
  startController(): Promise<void>
  /** SIGTERM, and waits for its end; gives its exit code. */
  stopController(): Promise<number>
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

export const RUN = 'bottled run bottles --bundle-image lab-bundle:1'
const HERE = import.meta.dirname
const SETUP_MS = 240_000
// Each look costs the emulated machine what it needs for the guests.
const POLL_MS = 2000

export const openStage = async (): Promise<Stage> => {
  const host = execFileSync(join(HERE, 'build'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
  const accel = chooseAccel()
  console.log(`lab: ${qemuVersion()}, ${accel.name} (${accel.why})`)
  const lab = await startLab({ host, accel })
  try {
    layPackage(lab.share)
    const setup = await lab.run(readFileSync(join(HERE, 'setup.sh'), 'utf8'), { timeoutMs: SETUP_MS })
    if (setup.code !== 0) throw new Error(`the virtual host could not be set up:\n${setup.stdout}${setup.stderr}`)
    console.log(`lab: ${setup.stdout.trim().split('\n').slice(-3).join(', ')}`)
  } catch (error) {
    await lab.stop()
    throw error
  }
  return stageOn(lab)
}

const stageOn = (lab: Lab): Stage => {
  const attempt = (script: string, timeoutMs = 60_000): Promise<Outcome> => lab.run(script, { asUser: true, timeoutMs })
  const user = async (script: string, timeoutMs?: number): Promise<string> => {
    const { code, stdout, stderr } = await attempt(script, timeoutMs)
    if (code !== 0) throw new Error(`exit ${code}: ${script}\n${stdout}${stderr}`)
    return stdout
  }
  const status = async (name: string): Promise<Status> => {
    const { stdout } = await attempt(`cat bottles/${name}.yaml`)
    return ((parse(stdout) as { status?: Status } | null)?.status ?? {}) as Status
  }
  const report = async (): Promise<string> => {
    const { stdout } = await attempt(
      'cat bottles/*.yaml; tail -n 40 run.log; smolvm machine ls --json | grep -E "name|state|pid"; docker ps -a; docker network ls; tail -n 30 bottles/.bottled/events.jsonl',
    )
    return stdout
  }
  const until = async (what: string, holds: () => Promise<boolean>, timeoutMs: number): Promise<number> => {
    const started = performance.now()
    while (!(await holds())) {
      if ((await attempt('[ ! -s run.code ]')).code !== 0)
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
    user,
    attempt,
    guest: (name, script) =>
      attempt(`smolvm machine exec --name bottle-${name} --timeout 40s -- sh -c ${quoted(script)}`),
    status,
    startController: async () => {
      await user(
        `rm -f run.code; (setsid bash -c '${RUN} --log-format json; echo $? > run.code' >> run.log 2>&1 < /dev/null & ); for i in $(seq 100); do pgrep -u agent -f "^node.*bottled run" > run.pid && exit 0; sleep 0.1; done; exit 1`,
      )
    },
    stopController: async () => {
      await user(
        'rm -f run.code; kill -TERM $(cat run.pid); for i in $(seq 400); do [ -s run.code ] && exit 0; sleep 0.1; done; exit 1',
      )
      return Number(await user('cat run.code'))
    },
    until,
    stop: () => lab.stop(),
  }
}

export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
