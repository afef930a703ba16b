import { cell } from './cell.ts'

/** What a part of a bottle uses now. Undefined: that can't be told. */
export interface Usage {
  /** Of one processor: 1 is all of it. */
  readonly cores: number | undefined
  readonly memoryBytes: number | undefined
  /** On this host's disks, beyond its image. */
  readonly diskBytes: number | undefined
  /** Since its start; a VM's goes through its bundle. */
  readonly receivedBytes: number | undefined
  readonly sentBytes: number | undefined
}

/** A row of `bottlectl top`, in kubectl's units: thousandths of a processor, MiB. Pure. */
export interface UsageRow {
  readonly bottle: string
  readonly part: 'bundle' | 'machine'
  readonly usage: Usage
}

export const USAGE_HEADER = ['NAME', 'PART', 'CPU(cores)', 'MEMORY(bytes)', 'DISK(bytes)', 'NET-IN', 'NET-OUT'].join(
  '\t',
)

export const usageLine = ({ bottle, part, usage }: UsageRow): string =>
  [bottle, part, ...usageFigures(usage)].map(cell).join('\t')

/** CPU, memory, disk, received, sent. */
export const usageFigures = (usage: Usage): readonly string[] => [
  usage.cores === undefined ? UNKNOWN : `${Math.round(usage.cores * 1_000)}m`,
  ...[usage.memoryBytes, usage.diskBytes, usage.receivedBytes, usage.sentBytes].map(mebibytes),
]

const UNKNOWN = '<unknown>'

const mebibytes = (bytes: number | undefined): string =>
  bytes === undefined ? UNKNOWN : `${Math.ceil(bytes / 1024 ** 2)}Mi`
