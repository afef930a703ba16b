import { execFile } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { promisify } from 'node:util'
import { perlFor } from '../../../cli/seal/container-script.ts'
import { containerTargets } from '../../../cli/seal/container-targets.ts'
import { openListeners } from '../../../cli/seal/listeners.ts'
import { outcomesIn } from '../../../cli/seal/script.ts'
import type { Outcome, Target } from '../../../cli/seal/target.ts'
import { createContainerSeals } from '../../../drivers/container/seals/engine-seals.ts'
import { createConnection } from '../../../drivers/docker/connection.ts'
import { createDocker } from '../../../drivers/docker/docker.ts'
import { baseImage } from '../../bundle/image/own-image.ts'
import { clear, createBench } from '../../conformance/docker/bench.ts'
import { bundleImage } from '../../helpers/bundle-image.ts'
import { patience } from '../../helpers/patience.ts'
import { guestImage } from './guest-image.ts'

const run = promisify(execFile)

/** An agent in a container on the real Engine, sealed as bottled seals it, and what is around it. */
export interface Stage {
  /** Names of containers. */
  readonly agent: string
  readonly holder: string
  /** Plays the table, as root or as this user of the agent's container. */
  play(user?: string): Promise<Played>
  /** What a command says in the agent's container; never throws. */
  inside(...command: readonly string[]): Promise<string>
  docker(...args: readonly string[]): Promise<string>
  hold(): Promise<unknown>
  remove(): Promise<void>
}

export interface Played {
  readonly outcomes: readonly Outcome[]
  /** What this host heard meanwhile. */
  readonly heard: readonly string[]
  /** What was reached, of the rows that match. */
  reached(what: RegExp): readonly string[]
  /** How many rows match. */
  rows(what: RegExp): number
}

/** That an agent has where its image runs as root (docs/containers.md). */
const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETUID', 'SETGID']
/** What is refused is refused at once; on a busy machine answers take longer. */
const waitS = (): number => Math.min(15, Math.ceil(2 * patience()))

export const createStage = async (): Promise<Stage> => {
  const choice = { host: undefined, env: process.env }
  const bench = createBench({ ...createDocker(choice), cleanup: async () => {} }, await bundleImage())
  const docker = async (...args: readonly string[]): Promise<string> =>
    (await run('docker', [...args], { maxBuffer: 2 ** 24 })).stdout
  const network = await bench.network({ joined: true })
  // Its git port is open, and not declared.
  const bundle = await bench.container(network, { env: { BOTTLE_GIT: '1' } })
  const neighbour = { name: `${bench.tag}-neighbour`, ip: network.at.at(9) }
  for (const id of [bundle, await bench.container(network, neighbour)]) await bench.containers.start(id)
  const seals = createContainerSeals(createConnection(choice))
  const seal = {
    machine: bench.tag,
    labels: { 'dev.bottled.test': bench.tag, 'dev.bottled.owner': bench.tag, 'dev.bottled.uid': bench.tag },
    networkId: network.id,
    ip: network.at.at(3),
    bundleIp: network.at.ip,
    ports: [8888],
    image: await baseImage(),
  }
  const { holder } = await seals.hold(seal)
  const can = CAPABILITIES.flatMap((each) => ['--cap-add', each])
  await docker(
    'run',
    '-d',
    '--init',
    '--name',
    bench.tag,
    '--network',
    `container:${holder}`,
    '--pids-limit',
    '512',
    '--cap-drop',
    'ALL',
    ...can,
    '--security-opt',
    'no-new-privileges',
    await guestImage(),
    '/usr/bin/perl',
    '-e',
    'sleep 60 while 1',
  )
  const targets = (port: number): readonly Target[] => [
    ...tablePart({
      bundleIp: seal.bundleIp,
      gateway: network.at.gateway,
      port,
      hostAddresses: ownAddresses(),
      containers: [{ ...neighbour, port: 8888 }],
      outside: [],
      device: 'eth0',
    }),
    {
      what: 'the git port of its bundle, which it does not declare',
      attempt: { kind: 'tcp', ip: seal.bundleIp, port: 9418, send: 'hello\n' },
      expect: 'nothing',
    },
    {
      what: 'the name of a container, by the resolver of Docker',
      attempt: { kind: 'name', name: neighbour.name },
      expect: 'nothing',
    },
  ]
  return {
    agent: bench.tag,
    holder: `${bench.tag}-seal`,
    docker,
    hold: () => seals.hold(seal),
    inside: (...command) =>
      run('docker', ['exec', bench.tag, ...command]).then(
        ({ stdout, stderr }) => stdout + stderr,
        ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
      ),
    play: async (user = '0') => {
      const listeners = await openListeners()
      try {
        const table = targets(listeners.port)
        const outcomes = outcomesIn(await docker('exec', '-u', user, bench.tag, ...perlFor(table, waitS())), table)
        if (outcomes === undefined) throw new Error('the table was not played to its end')
        const matching = (what: RegExp) => outcomes.filter((each) => what.test(each.what))
        return {
          outcomes,
          heard: [...listeners.heard()],
          rows: (what) => matching(what).length,
          reached: (what) => matching(what).flatMap(({ what: row, answer }) => (answer === undefined ? [] : [row])),
        }
      } finally {
        await listeners.close()
      }
    },
    remove: async () => {
      // Who has the network of another must go first.
      await docker('rm', '-f', bench.tag)
      await clear(bench)
    },
  }
}

/** Without what is beyond this host: it is tried without the seal, too. `packets.test.ts` has that, between hosts of its own. */
const tablePart = (facts: Parameters<typeof containerTargets>[0]): readonly Target[] =>
  containerTargets(facts).filter(
    ({ attempt }) => attempt.kind !== 'name' && !(attempt.ip === METADATA || attempt.ip.startsWith('f')),
  )

const METADATA = '169.254.169.254'

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((each = []) =>
    each.filter(({ internal, address }) => !internal && !address.startsWith('fe80')).map(({ address }) => address),
  )
