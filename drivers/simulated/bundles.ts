import { createHash } from 'node:crypto'
import { judgeAnswers } from '../../egress/asks/answer.ts'
import type { AskAnswer } from '../../egress/asks/answer.ts'
import { loadedHash } from '../../egress/git/loaded-hash.ts'
import type { Repository } from '../../egress/git/repository.ts'
import type { Policy } from '../../egress/policy.ts'
import { isRecord, parseJson, valueAt } from '../json.ts'
import type { Bundles } from '../ports.ts'
import { createBundles } from '../told-bundles.ts'
import { type Call, type Context, refuse } from './context.ts'
import { createSimulatedEars } from './ears.ts'
import type { Indexes } from './index-by.ts'
import type { SimulatedContainer, ToldAnswer } from './world.ts'

/** The control command of simulated bundles: each speaks it but those of images that `world.mute` names. */
export const createSimulatedBundles = (context: Context, indexes: Indexes): Bundles => {
  const { world } = context
  const { containersById } = indexes
  const running = (id: string, operation: string): SimulatedContainer => {
    const [container] = containersById.get(id)
    if (container === undefined) throw refuse('NotFound', operation, `No such container: ${id}`)
    if (container.state === 'running') return container
    throw refuse('Busy', operation, `Container ${id} is ${container.state === 'paused' ? 'paused' : 'not running'}`)
  }
  const answer = (ok: boolean, more: object): { readonly text: string; readonly exitCode: number } => ({
    text: JSON.stringify({ version: 1, ok, ...more }),
    exitCode: ok ? 0 : 1,
  })

  return createBundles(
    async (id, text, signal) => {
      const message = parseJson(text)
      const verb = verbOf(message)
      const operation = `tell container ${id.slice(0, 12)} its policy`
      const call: Call = { port: 'bundles', verb, target: id, operation }
      const look = (): SimulatedContainer | undefined => {
        const container = running(id, operation)
        return world.mute.includes(container.image) ? undefined : container
      }
      const unsupported = { text: '', exitCode: 126 }
      if (verb === 'status')
        return context.read(call, signal, () => {
          const container = look()
          return container === undefined ? unsupported : answer(true, { hash: container.policy?.hash ?? null })
        })
      return context.change(call, signal, () => {
        const container = look()
        if (container === undefined) return unsupported
        if (verb === 'asks') {
          const answers = judgeAnswers(valueAt(message, ['asks']))
          if (answers === undefined) return answer(false, { reason: 'BadMessage', message: 'asks' })
          container.answers = toldAnswers(container.answers ?? {}, answers)
          return answer(true, { hash: container.policy?.hash ?? null })
        }
        if (container.refuses !== undefined)
          return answer(false, { reason: container.refuses, message: 'as the simulation wants it' })
        const policy = valueAt(message, ['policy'])
        if (valueAt(policy, ['version']) !== 1) return answer(false, { reason: 'BadPolicy', message: 'version' })
        const repositories = valueAt(message, ['git', 'repositories']) as readonly Repository[] | undefined
        const hash = loadedHash(policy as Policy, repositories)
        if (valueAt(message, ['hash']) !== hash) return answer(false, { reason: 'HashMismatch', message: hash })
        if (!String(valueAt(message, ['ca', 'cert'])).startsWith('simulated certificate'))
          return answer(false, { reason: 'BadCa', message: 'none of ours' })
        const told = JSON.stringify([valueAt(message, ['secrets']), valueAt(message, ['ca'])])
        container.policy = { hash, told: createHash('sha256').update(told).digest('hex').slice(0, 16) }
        return answer(true, { hash })
      })
    },
    createSimulatedEars(context, indexes),
  )
}

const verbOf = (message: unknown): 'load' | 'asks' | 'status' => {
  const command = isRecord(message) ? message['command'] : undefined
  return command === 'load' || command === 'asks' ? command : 'status'
}

const toldAnswers = (
  before: Readonly<Record<string, ToldAnswer>>,
  answers: readonly AskAnswer[],
): Readonly<Record<string, ToldAnswer>> =>
  Object.fromEntries(
    answers.map(({ key, id, state, used }) => {
      const isUsedHere = before[key]?.id === id && before[key].usedHere === true
      return [
        key,
        { id, state, ...(used === undefined ? {} : { used }), ...(isUsedHere ? { usedHere: true as const } : {}) },
      ]
    }),
  )
