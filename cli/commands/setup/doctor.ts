import { CHECKS } from '../../doctor/index.ts'
import type { Check, Facts, Finding } from '../../doctor/check.ts'
import { mend } from '../../doctor/mend.ts'
import { packageVersion } from '../../verb/version.ts'
import { defineCommand } from '../../verb/command.ts'
import type { TriedRuntime } from '../../seal/prove.ts'
import { doctorText } from '../../views/doctor.ts'
import { toJson } from '../../print/json.ts'
import type { Paint } from '../../print/colour.ts'
import { findRoot } from '../../session/root.ts'
import { DOCKER_OPTION, SMOLVM_OPTION } from '../../inside/smolvm-child.ts'
import { ownBundle } from '../../../reconcilers/derive/own-bundle.ts'
import { shellWord } from '../../../drivers/shell-word.ts'
import { harmless } from '../../../drivers/harmless.ts'
import { messageOf } from '../../../drivers/message.ts'

export interface DoctorRequest {
  readonly root: string
  readonly stateDir?: string
  readonly output: 'text' | 'json'
  readonly dockerHost?: string | undefined
  readonly smolvm: string
  readonly policy?: string | undefined
  /** `--fix`: what builds the bundle image. */
  readonly fix?: (() => Promise<void>) | undefined
  /** Which machines are to run; undefined: VMs. */
  readonly runtime?: TriedRuntime | undefined
  /** Have a guest try to get out; the words that run bottled. */
  readonly seal?: { readonly bottled: readonly string[]; readonly bundleImage: string | undefined } | undefined
}

export interface DoctorOutput {
  readonly paint: Paint
  write(text: string): void
}

/** For both executables. Prints the findings; returns 1 if any check fails. */
export const doctor = async (request: DoctorRequest, { paint, write }: DoctorOutput): Promise<number> => {
  const { root, lockDir } = await findRoot({
    dir: request.root,
    stateDir: request.stateDir,
    cwd: process.cwd(),
    anyState: true,
  })
  const facts = {
    root,
    stateDir: lockDir,
    dockerHost: request.dockerHost,
    smolvm: request.smolvm,
    policy: request.policy,
    env: process.env,
    bundleImage: ownBundle(packageVersion()),
    uid: process.getuid?.() ?? 0,
    runtime: request.runtime,
  }
  const isContainer = request.runtime === 'container'
  const checks = CHECKS.filter(({ ofVms }) => !isContainer || ofVms !== true)
  const check = async (): Promise<readonly Finding[]> =>
    (await Promise.all(checks.map((each) => run(each, facts)))).flat()
  const first = await check()
  if (request.fix !== undefined) await mend(first, facts, { say, build: request.fix })
  const checked = request.fix === undefined ? first : await check()
  const isUsable = !checked.some(({ level }) => level === 'fail')
  const findings =
    request.seal !== undefined && isUsable
      ? [...checked, ...(await sealOf({ ...request.seal, runtime: request.runtime ?? 'microvm' }, facts))]
      : checked
  const failed = findings.some(({ level }) => level === 'fail')
  const runContainers = `bottled run --runtime container ${shellWord(root)}`
  write(
    request.output === 'json'
      ? toJson({ apiVersion: 'bottlectl.bottled.dev/v1', kind: 'Diagnosis', ok: !failed, checks: findings })
      : doctorText(findings, paint, {
          run: isContainer ? runContainers : `bottled run ${shellWord(root)}`,
          runContainers,
          ofVms: CHECKS.flatMap(({ name, ofVms }) => (ofVms === true ? [name] : [])),
        }),
  )
  return failed ? 1 : 0
}

const say = (text: string): void => void process.stderr.write(`${harmless(text)}\n`)

const sealOf = async (
  { bottled, bundleImage, runtime }: NonNullable<DoctorRequest['seal']> & { readonly runtime: TriedRuntime },
  { smolvm, dockerHost, env }: Facts,
): Promise<readonly Finding[]> => {
  const { checkSeal } = await import('../../seal/check.ts')
  const ending = new AbortController()
  const end = (): void => ending.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)
  try {
    return await checkSeal({ bottled, runtime, bundleImage, smolvm, dockerHost, env, say, signal: ending.signal })
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, end)
  }
}

/** A check that can't run is reported as a warning; the others go on. */
const run = async (check: Check, facts: Parameters<Check['run']>[0]): Promise<readonly Finding[]> => {
  try {
    return await check.run(facts)
  } catch (error) {
    return [
      {
        check: check.name,
        level: 'warn',
        message: `could not be checked: ${messageOf(error)}`,
      },
    ]
  }
}

export const doctorVerb = defineCommand<{
  readonly output: 'text' | 'json'
  readonly smolvm: string
  readonly dockerHost?: string
  readonly policy?: string
}>({
  name: 'doctor',
  summary: 'check the requirements of bottled run and suggest fixes',
  anyState: () => true,
  examples: ['bottlectl doctor', 'bottlectl doctor -o json'],
  options: [
    { flags: '-o, --output <format>', description: 'text or json', choices: ['text', 'json'], default: 'text' },
    SMOLVM_OPTION,
    DOCKER_OPTION,
    { flags: '--policy <file>', description: "the operator's policy, as bottled run takes it", completes: 'files' },
  ],
  run: ({ session, options }) =>
    doctor(
      {
        root: session.root,
        stateDir: session.lockDir,
        output: options.output,
        smolvm: options.smolvm,
        dockerHost: options.dockerHost,
        policy: options.policy,
      },
      { paint: session.paint, write: session.out },
    ),
})
