import type { BottleRecord } from '../../drivers/ports.ts'
import type { BottleView } from './bottles.ts'

/**
 * A bottle as kubectl would print it. Pure.
 *
 * Guarantees: a stale status is recognised as in Kubernetes: its observedGeneration is less than metadata.generation.
 */
export type BottleObject = Readonly<Record<string, unknown>> & { readonly metadata: Readonly<Record<string, unknown>> }

export const objectOf = (view: BottleView, record: BottleRecord | undefined): BottleObject => {
  const { metadata, spec, left } = view
  // As the table has it: Terminating, Retained or Held once the document is gone.
  const status = view.status === undefined || left === undefined ? view.status : { ...view.status, phase: left }
  return {
    apiVersion: 'bottled.dev/v1alpha1',
    kind: 'Bottle',
    metadata: {
      ...metadata,
      ...(status?.startedAt === undefined ? {} : { creationTimestamp: status.startedAt }),
      ...defined('generation', generationOf(view, record)),
      ...defined('uid', record?.uid ?? status?.uid),
    },
    spec,
    ...defined('status', status),
  }
}

export const generationOf = (
  { status, stale, specHash }: BottleView,
  record: BottleRecord | undefined,
): number | undefined => {
  const judged = record?.generation ?? status?.observedGeneration
  if (judged === undefined) return undefined
  const moved = record === undefined ? stale : specHash !== undefined && record.specHash !== specHash
  return Math.max(moved ? judged + 1 : judged, stale ? (status?.observedGeneration ?? 0) + 1 : 0)
}

const defined = (key: string, value: unknown): Readonly<Record<string, unknown>> =>
  value === undefined ? {} : { [key]: value }

export const listOf = (items: readonly unknown[]): Readonly<Record<string, unknown>> => ({
  apiVersion: 'v1',
  items,
  kind: 'List',
  metadata: { resourceVersion: '' },
})
