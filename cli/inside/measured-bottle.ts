import { createConnection } from '../../drivers/docker/connection.ts'
import type { Connection } from '../../drivers/docker/connection.ts'
import type { BottleView } from '../bottles/bottles.ts'
import type { Usage, UsageRow } from '../print/usage-table.ts'
import { measureContainer, measureVm } from './measure.ts'

/** A part of a bottle that runs, and how it is measured. */
export interface ToMeasure extends Omit<UsageRow, 'usage'> {
  /** Undefined: it has ended meanwhile. Throws a DriverError where Docker doesn't answer. */
  measure(connection: Connection, signal: AbortSignal): Promise<Usage | undefined>
}

/** What the controller's status says that there is. */
export const partsToMeasure = ({ name, status }: BottleView): readonly ToMeasure[] => {
  const { bundle, machine } = status ?? {}
  const pid = machine?.pid
  const container = (part: UsageRow['part'], object: string): ToMeasure => ({
    bottle: name,
    part,
    measure: (connection, signal) => measureContainer(connection, object, signal),
  })
  return [
    ...(machine?.name === undefined || machine.state !== 'running'
      ? []
      : machine.runtime === 'container'
        ? [container('machine', machine.name)]
        : [
            {
              bottle: name,
              part: 'machine',
              measure: async (_: Connection, signal: AbortSignal) =>
                pid === undefined ? undefined : measureVm(pid, signal),
            } as const,
          ]),
    ...(bundle?.id === undefined ? [] : [container('bundle', bundle.id)]),
  ]
}

/** All that runs of one bottle, at once; what ended meanwhile is left out. Takes about a second. */
export const measureBottle = async (
  view: BottleView,
  {
    dockerHost,
    env,
    signal,
  }: {
    readonly dockerHost: string | undefined
    readonly env: Readonly<Record<string, string | undefined>>
    readonly signal: AbortSignal
  },
): Promise<readonly UsageRow[]> => {
  const connection = createConnection({ host: dockerHost, env })
  const measured = await Promise.all(
    partsToMeasure(view).map(async ({ measure, ...part }) => ({ ...part, usage: await measure(connection, signal) })),
  )
  return measured.flatMap(({ usage, ...part }) => (usage === undefined ? [] : [{ ...part, usage }]))
}
