import { sendRequest } from '../../controller/state/requests.ts'
import type { Request } from '../../controller/state/requests.ts'
import type { Break } from '../../drivers/simulated/simulated.ts'
import { canonicalEnd } from './oracles/canonical.ts'
import type { Controller, ControllerOptions } from './controller.ts'
import { startController } from './controller.ts'
import { checkRest, type Expectation } from './oracles/rest.ts'
import { STATE } from './world.ts'
import type { World } from './world.ts'

/** People and the machine act on a world; the controller is restarted whenever it dies. */
export interface Stage {
  readonly world: World
  /** Options of the next start. */
  options: ControllerOptions
  /** `slowly`: in place, a document at a time, with 8 s in between. */
  write(path: string, text: string, how?: 'rename' | 'in place' | 'slowly'): void
  /** On the text as it stands, status included, as an editor has it. */
  edit(path: string, change: (text: string) => string, how?: 'rename' | 'in place'): void
  move(from: string, to: string): void
  remove(path: string): void
  break(change: Break): void
  /** Sets the clock on the wall. */
  setClock(byMs: number): void
  request(request: Asked): Promise<void>
  controller(): Controller | undefined
  /** The controller dies now. */
  kill(): void
  /** It stays dead until `revive`. */
  hold(): void
  revive(): void
  pass(ms: number): Promise<void>
}

const SLOW_MS = 8_000

type Asked = Pick<Request, 'kind' | 'name' | 'purge' | 'retain' | 'decision'>

export interface Phase {
  readonly does: string
  readonly act?: (stage: Stage) => Promise<void> | void
  readonly expect: Readonly<Record<string, Expectation>>
  /** What is right instead, where a trouble decided it; such an end isn't compared. */
  readonly otherwise?: (stage: Stage) => Phase['expect'] | undefined
  /** It keeps trying and never rests. How long it is watched, in virtual milliseconds. */
  readonly busyMs?: number
  readonly check?: (stage: Stage) => void
  /** Timing decides whether one edit or two are seen, or which bottle comes first: its end isn't compared. */
  readonly anyEnd?: true
}

export interface Scenario {
  readonly name: string
  readonly phases: readonly Phase[]
  readonly options?: ControllerOptions
}

/** Milliseconds without an effect that count as rest, longer than the deletion grace. */
const QUIET_MS = 3_500
const PATIENCE_MS = 40 * 60_000
const HOUR_MS = 3_600_000

export const createStage = (
  world: World,
  options: ControllerOptions,
): Stage & {
  readonly texts: Map<string, string>
  toRest(phase: Phase): Promise<void>
  steady(thorough: boolean): Promise<void>
} => {
  const texts = new Map<string, string>()
  const { clock, folder, journal, guard } = world
  let controller: Controller | undefined
  let held = false
  let requests = 0
  const asked = new Map<string, Asked>()

  const revive = async (): Promise<void> => {
    if (held || controller?.alive() === true) return
    if (controller !== undefined) await clock.advance(DOWN_MS[Math.floor(world.random() * DOWN_MS.length)] ?? 0)
    controller = startController(world, stage.options)
  }

  const write: Stage['write'] = (path, text, how = 'rename') => {
    texts.set(path, text)
    if (how === 'rename') folder.put(path, text)
    else if (how === 'slowly') folder.writeSlowly(path, text.split(/(?<=\n)(?=---\n)/), SLOW_MS)
    else folder.overwrite(path, text)
  }

  const ask = async (request: Asked): Promise<void> => {
    requests += 1
    const id = `request-${requests}`
    asked.set(id, request)
    await sendRequest(STATE, { ...request, id, at: new Date(clock.now()).toISOString() }, world.disk)
  }

  /** A person whose request failed on the disk sends it again. */
  const askAgain = async (): Promise<void> => {
    for (const [id, request] of asked) {
      const answer = world.disk.files.get(`${STATE}/requests/${id}.answer.json`)
      if (answer === undefined) continue
      asked.delete(id)
      if (!/"ok":false,"message":"cannot write /.test(answer)) continue
      world.said.push(answer)
      await ask(request)
    }
  }

  const isQuiet = (): boolean => {
    if (held) return true
    if (controller?.alive() !== true || !controller.started()) return false
    const last = journal.entries.at(-1)?.atMs ?? 0
    if (clock.monotonicMs() - last < QUIET_MS) return false
    return [...controller.manager.ends().values()].every(({ state }) => state === 'rest')
  }

  const stage = {
    world,
    options,
    texts,
    write,
    edit: (path: string, change: (text: string) => string, how: 'rename' | 'in place' = 'rename') =>
      // A controller that died during a write may have left the file aside: the editor still has its last text.
      write(path, change(folder.read(path) ?? texts.get(path) ?? ''), how),
    move: (from: string, to: string) => {
      const text = texts.get(from)
      texts.delete(from)
      if (text !== undefined) texts.set(to, text)
      folder.move(from, to)
    },
    remove: (path: string) => {
      texts.delete(path)
      folder.remove(path)
    },
    break: (change: Break) => {
      world.break(change)
      guard.protect()
    },
    setClock: (byMs: number) => {
      clock.set(byMs)
      guard.clockSet()
    },
    request: ask,
    controller: () => controller,
    kill: () => controller?.kill(),
    hold: () => {
      held = true
      controller?.kill()
    },
    revive: () => {
      held = false
    },
    pass: async (ms: number) => {
      const end = clock.monotonicMs() + ms
      while (clock.monotonicMs() < end) {
        await revive()
        // Hours go by in minutes.
        if (end - clock.monotonicMs() > 180_000) await clock.jump(60_000)
        await clock.advance(Math.min(500, end - clock.monotonicMs()))
      }
    },
    /** Until nothing more happens, also after a resync and a sweep. */
    toRest: async ({ busyMs, does }: Phase) => {
      const end = clock.monotonicMs() + (busyMs ?? PATIENCE_MS)
      let calm = 0
      while (busyMs === undefined ? calm < 3 : clock.monotonicMs() < end) {
        if (clock.monotonicMs() >= end)
          return guard.check('steady', false, () => `no rest after "${does}": ${restlessness(controller)}`)
        await revive()
        await askAgain()
        const before = journal.entries.length
        if (calm > 0) await clock.jump(61_000)
        await clock.advance(500)
        calm = busyMs === undefined && journal.entries.length === before && isQuiet() ? calm + 1 : 0
      }
      // Not during a write.
      for (let waits = 0; waits < 100 && folder.asides.size > 0; waits++) {
        await revive()
        await clock.advance(20)
      }
    },
    /** Three more hours: no effect, no write. */
    steady: async (thorough: boolean) => {
      const before = journal.entries.length
      const vain = folder.vain
      if (thorough) await clock.advance(3 * HOUR_MS)
      else {
        for (let minute = 0; minute < 4; minute++) await clock.jump(61_000)
        for (let part = 0; part < 6; part++) await clock.jump(HOUR_MS / 2)
        await clock.advance(500)
      }
      // Unfetched answers are cleared away.
      const more = journal.entries.slice(before).filter(({ target }) => !target.endsWith('.answer.json'))
      guard.check(
        'steady',
        more.length === 0,
        () =>
          `${more.length} effects while nothing happened: ${more
            .slice(0, 6)
            .map(({ port, verb, target }) => `${port} ${verb} ${target}`)
            .join(', ')}`,
      )
      guard.check(
        'steady',
        folder.vain === vain,
        () => `${folder.vain - vain} rewrites that changed nothing, while nothing happened`,
      )
    },
  }
  guard.protect()
  return stage
}

/** How long it stays dead: some times are longer than the grace or a boot. */
const DOWN_MS = [20, 700, 2_500, 8_000] as const

const restlessness = (controller: Controller | undefined): string =>
  controller === undefined || !controller.alive()
    ? `the controller is dead: ${String(controller?.failure())}`
    : `started ${controller.started()}, ${[...controller.manager.ends()].map(([name, { state, outcome, message }]) => `${name} ${state} ${outcome} ${message}`).join('; ')}`

/** The end of each phase, and the number of its last effect. */
export interface Rest {
  readonly end: string
  readonly effects: number
  readonly otherwise: boolean
}

export const runPhases = async (
  scenario: Scenario,
  stage: ReturnType<typeof createStage>,
  thorough: boolean,
): Promise<readonly Rest[]> => {
  const rests: Rest[] = []
  const { guard, journal } = stage.world
  for (const phase of scenario.phases) {
    await phase.act?.(stage)
    await stage.toRest(phase)
    const effects = journal.entries.length
    if (guard.violations.length > 0) return rests
    const expect = phase.otherwise?.(stage) ?? phase.expect
    checkRest(stage.world, { texts: stage.texts, expect })
    phase.check?.(stage)
    if (phase.busyMs === undefined) await stage.steady(thorough)
    rests.push({ end: canonicalEnd(stage.world), effects, otherwise: expect !== phase.expect })
    if (guard.violations.length > 0) return rests
  }
  return rests
}
