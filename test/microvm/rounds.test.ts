import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { specHash } from '../../controller/document/spec-hash.ts'
import { suite } from '../helpers/suite.ts'
import { stripStatus } from '../simulation/oracles/strip-status.ts'
import { LabHungError } from './pulse.ts'
import { lookAround } from './rounds-look.ts'
import type { Look } from './rounds-look.ts'
import { planRounds } from './rounds-plan.ts'
import type { Act, Round } from './rounds-plan.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

/**
 * Kills the controller with -9 at random moments while real guests come, change and go; each time it is restarted and
 * must come to rest by itself. BOTTLED_SEED chooses the seed of the rounds, BOTTLED_ROUNDS their number.
 */
const SEED = Number(process.env['BOTTLED_SEED'] ?? 1)
const ROUNDS = Number(process.env['BOTTLED_ROUNDS'] ?? 20)
const NAMES = ['one', 'two'] as const
const REST_MS = 300_000
// A round waits for its kill, for rest and for the guests' answers.
const long = { deadlineMs: 600_000 }
const CALLS = 'smolvm machine (create|start|stop|delete|update|exec) '
const WITH_NEW_GUEST: ReadonlySet<Act> = new Set<Act>(['create', 'restart', 'resume'])

/** The requested state of a bottle, and its observed state. */
interface Bottle {
  readonly text?: string
  readonly env: string
  readonly suspended: boolean
  /** The mark that its disk must hold. */
  readonly kept?: string
  readonly bootId?: string
}

const test = suite('rounds of kill -9')
const bottles = new Map<string, Bottle>()
let stage: Stage
let broken: string | undefined
let moving = 0

test.before(async () => {
  console.log(`rounds: BOTTLED_SEED=${SEED}`)
  stage = await openStage('rounds')
  await stage.user('umask 022; mkdir -p rounds work/rounds; echo copied > work/rounds/note')
  await stage.startController()
})
test.after(async () => stage?.stop())

const textOf = (name: string, { env, suspended }: Pick<Bottle, 'env' | 'suspended'>): string =>
  `apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata: {name: ${name}} # a person's comment
spec:
  agent: test
  env:
    ROUND:   '${env}'   # and another
  suspend: ${String(suspended)}
  machine: {cpus: 1, memory: 256}
${name === 'one' ? '  workspace: {path: ../work/rounds, mode: copy}\n' : ''}`

/** Like an editor that saves the whole file. */
const save = (name: string): string =>
  `cat > rounds/.${name}.new <<'END'\n${bottles.get(name)?.text ?? ''}END\nmv rounds/.${name}.new rounds/${name}.yaml`

/** The edit as a person would make it: on the present text, status included; a new file is moved into place. */
const edit = (name: string, act: Act, env: string): string => {
  const file = `rounds/${name}.yaml`
  const before = bottles.get(name)
  if (act === 'rest') return ''
  if (act === 'delete') {
    bottles.delete(name)
    return `rm ${file}`
  }
  const next = { env: act === 'suspend' ? (before?.env ?? env) : env, suspended: act === 'suspend' }
  const text = textOf(name, next)
  bottles.set(name, { ...before, ...next, text })
  if (act === 'create') return save(name)
  return `sed -i -E "s/^    ROUND: .*/    ROUND:   '${next.env}'   # and another/; s/^  suspend: .*/  suspend: ${String(next.suspended)}/" ${file}`
}

/** Edits, waits for the moment, kills; returns what was under way. */
const strike = async ({ number, acts, afterLines, atCall, afterMs }: Round): Promise<string> => {
  const edits = NAMES.map((name) => edit(name, acts[name] ?? 'rest', String(number)))
  return stage.user(
    `n=$(wc -l < rounds.log)
${edits.join('\n')}
for i in $(seq 900); do [ $(($(wc -l < rounds.log) - n)) -ge ${afterLines} ] && break; sleep 0.1; done
${atCall ? `for i in $(seq 40); do pgrep -u agent -f "${CALLS}" > /dev/null && break; sleep 0.1; done` : ''}
sleep ${afterMs / 1000}
tail -n 1 rounds.log | grep -oE '"message":"[^"]*"' | cut -d'"' -f4
kill -9 $(cat rounds.pid)
pgrep -u agent -fa "${CALLS}" | grep -oE "machine (create|start|stop|delete|update|exec) .*" | sed -E 's/--error-format json //; s/ --label.*//'
echo "after $(($(wc -l < rounds.log) - n)) lines"
until [ -s rounds.code ]; do sleep 0.1; done`,
    150_000,
  )
}

/** Waits until the files report the requested state, and nothing is left of deleted bottles. */
const rest = async (): Promise<number> => {
  const holds = NAMES.map((name) => {
    const bottle = bottles.get(name)
    if (bottle?.text === undefined) return `[ ! -e rounds/.bottled/bottles/${name} ]`
    const hash = specHash((parse(bottle.text) as { readonly spec: unknown }).spec)
    const file = `rounds/${name}.yaml`
    return `grep -q ${hash} ${file} && grep -q "^  phase: ${bottle.suspended ? 'Suspended' : 'Ready'}$" ${file}`
  }).join(' && ')
  return stage.until('at rest', async () => (await stage.attempt(`(${holds}) 2> /dev/null`)).code === 0, REST_MS)
}

const check = async (acts: Round['acts'], number: number): Promise<void> => {
  const present = NAMES.filter((name) => bottles.has(name))
  const running = present.filter((name) => bottles.get(name)?.suspended === false)
  const born = NAMES.filter((name) => acts[name] === 'create')
  const mark = Object.fromEntries(born.map((name) => [name, `kept-${name}-${number}`]))
  const look = await lookAround(stage, { names: NAMES, running, mark })
  checkWorld(look, present)
  for (const name of running) {
    const { env, kept = 'nothing', bootId } = bottles.get(name) ?? { env: '' }
    const [boot = '', ...said] = look.guests[name] ?? []
    assert.match(boot, /^[0-9a-f-]{36}$/, `guest of ${name} answers`)
    assert.equal(said, [env, kept, name === 'one' ? 'copied' : 'nothing'], `env, disk and workspace of ${name}`)
    const fresh = WITH_NEW_GUEST.has(acts[name] ?? 'rest')
    assert.is(boot !== bootId, fresh, `${name} ${fresh ? 'runs on with its old guest' : 'has lost its guest'}`)
    bottles.set(name, { ...bottles.get(name), env, suspended: false, kept: mark[name] ?? kept, bootId: boot })
  }
}

const checkWorld = (look: Look, present: readonly string[]): void => {
  const up = (name: string): boolean => bottles.get(name)?.suspended === false
  assert.equal(
    look.machines.map(({ name, state }) => `${name} ${state}`).toSorted(),
    present.map((name) => `bottle-${name} ${up(name) ? 'running' : 'stopped'}`).toSorted(),
  )
  const pids = look.machines.flatMap(({ state, pid }) => (state === 'running' ? [String(pid)] : []))
  assert.equal(look.vmms.map((line) => line.split(' ')[0]).toSorted(), pids.toSorted(), 'a VM process for each machine')
  assert.equal(look.calls, [], 'no smolvm call is left')
  assert.is(look.folders.length, present.length, 'data folders')
  assert.equal(
    look.containers,
    present.map((name) => `bottle-${name}-bundle ${up(name) ? 'running' : 'exited'}`).toSorted(),
  )
  assert.equal(look.networks, present.map((name) => `bottle-${name}`).toSorted())
  assert.equal(look.records, present.toSorted())
  assert.equal(look.strays, [])
  for (const name of NAMES)
    assert.is(
      look.files[name]?.trim() === '' ? undefined : stripStatus('', look.files[name] ?? ''),
      bottles.get(name)?.text,
      `what a person wrote in ${name}`,
    )
}

const play = async (round: Round): Promise<void> => {
  const { number, acts, editWhileDead } = round
  const underWay = (await strike(round)).trim().replaceAll('\n', '; ')
  if (!underWay.endsWith('lines')) throw new Error(`no kill: ${underWay}`)
  if (/; machine /.test(underWay)) moving += 1
  if (editWhileDead)
    for (const name of NAMES)
      if (WITH_NEW_GUEST.has(acts[name] ?? 'rest')) {
        edit(name, 'restart', `${number}b`)
        // Not by sed: the file may be aside, if the controller died while it wrote the status.
        await stage.user(save(name))
      }
  await stage.startController()
  console.log(`round ${number}: the last it said, and what smolvm was at: ${underWay}`)
  await rest()
  await check(acts, number)
}

const wordsOf = ({ number, acts, afterLines, atCall, afterMs }: Round): string =>
  `round ${number}: ${NAMES.map((name) => `${name} ${acts[name]}`).join(', ')}; killed ${afterMs} ms after ${afterLines} lines${atCall ? ' and a call of smolvm' : ''}, then all is as asked`

for (const round of planRounds({ seed: SEED, rounds: ROUNDS, names: NAMES }))
  test(
    wordsOf(round),
    async () => {
      if (broken !== undefined) throw new Error(`not tried: ${broken}`)
      await play(round).catch(async (error: unknown) => {
        broken = `round ${round.number} of BOTTLED_SEED=${SEED} failed`
        console.error(`\nFAIL  ${wordsOf(round)}\n`, error)
        if (!(error instanceof LabHungError)) console.error(await stage.report())
        throw error
      })
    },
    long,
  )

test(
  'when both files are removed, everything created for them is removed',
  async () => {
    if (broken !== undefined) throw new Error(`not tried: ${broken}`)
    for (const name of NAMES) if (bottles.has(name)) await stage.user(edit(name, 'delete', ''))
    await rest()
    await check({}, ROUNDS + 1)
    assert.is(await stage.stopController(), 0)
    console.log(`rounds: ${moving} of ${ROUNDS} kills hit while smolvm was at work`)
  },
  long,
)

test.run()
