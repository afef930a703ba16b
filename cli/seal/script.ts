import type { Attempt, Outcome, Target } from './target.ts'

/**
 * The table as a script of the bare guest's busybox, and its output read back. Pure.
 *
 * Guarantees: what a guest says is hex or it is nothing; a row without a line counts as one that could not be tried.
 */
export const scriptFor = (targets: readonly Target[], waitS: number): string =>
  [
    // All at once: each waits for an answer that must not come.
    ...targets.map(
      ({ attempt }, row) =>
        `( said=$( ${commandOf(attempt, waitS)} | head -c ${MOST_BYTES} | od -An -v -tx1 | tr -d ' \\n' ); echo "row ${row} $said" ) 2>/dev/null &`,
    ),
    'wait',
    'echo done',
  ].join('\n')

const MOST_BYTES = 512

const commandOf = (attempt: Attempt, waitS: number): string => {
  switch (attempt.kind) {
    case 'tcp':
      // With its own end a proxy may take who asks for gone, before it has judged.
      return `{ printf '${printable(attempt.send)}'; sleep ${waitS}; } | timeout ${waitS} nc -w ${waitS} ${attempt.ip} ${attempt.port}`
    case 'udp':
      return `{ printf '${printable(attempt.send)}'; sleep ${waitS}; } | timeout ${waitS} nc -u -w ${waitS} ${attempt.ip} ${attempt.port}`
    case 'ping':
      return `ping -c 1 -W ${waitS} ${attempt.ip} | grep 'bytes from'`
    case 'name':
      return `timeout ${waitS} nslookup ${attempt.name} ${attempt.server ?? ''} | grep -A 3 -i '^name:'`
  }
}

/** Of printf: nothing in the table has a quote or a per cent sign. */
const printable = (text: string): string => text.replaceAll('\r', '\\r').replaceAll('\n', '\\n')

/** Undefined: the script wasn't played to its end. */
export const outcomesIn = (output: string, targets: readonly Target[]): readonly Outcome[] | undefined => {
  const lines = output.split('\n').map((line) => line.trim())
  const said = new Map(
    lines.flatMap((line) => {
      const [, row, hex = ''] = /^row (\d{1,4})(?: ((?:[0-9a-f]{2})*))?$/.exec(line) ?? []
      return row === undefined ? [] : [[Number(row), hex] as const]
    }),
  )
  if (!lines.includes('done') || targets.some((_, row) => !said.has(row))) return undefined
  return targets.map((target, row) => {
    const bytes = Buffer.from(said.get(row) ?? '', 'hex')
    return { ...target, answer: bytes.length === 0 ? undefined : bytes.toString('latin1') }
  })
}
