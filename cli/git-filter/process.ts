/**
 * A git filter process: one per git command, where `clean` is one per file. Protocol: gitattributes(5), version 2, in
 * pkt-lines. Smudge returns its input unchanged; a required filter must support it.
 *
 * Guarantees: a file is answered once it has arrived in full; ends when git closes the pipe.
 */
const MAX_PAYLOAD = 65_516
const FLUSH = Buffer.from('0000')

export const serveFilter = async (options: {
  readonly input: AsyncIterable<Uint8Array>
  readonly write: (bytes: Buffer) => void
  readonly clean: (content: Buffer) => Buffer
}): Promise<void> => {
  const { write, clean } = options
  const readList = reader(options.input)
  const say = (...lines: readonly string[]): void =>
    write(Buffer.concat([...lines.map((line) => packet(Buffer.from(`${line}\n`))), FLUSH]))

  if ((await readList()) === undefined) return
  say('git-filter-server', 'version=2')
  if ((await readList()) === undefined) return
  say('capability=clean', 'capability=smudge')
  for (;;) {
    const header = await readList()
    const content = header === undefined ? undefined : await readList()
    if (header === undefined || content === undefined) return
    const given = Buffer.concat(content)
    const isClean = header.some((line) => line.toString() === 'command=clean\n')
    say('status=success')
    write(Buffer.concat([...packets(isClean ? clean(given) : given), FLUSH, FLUSH]))
  }
}

const packet = (payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from((payload.length + 4).toString(16).padStart(4, '0')), payload])

const packets = (content: Buffer): readonly Buffer[] =>
  Array.from({ length: Math.ceil(content.length / MAX_PAYLOAD) }, (_, at) =>
    packet(content.subarray(at * MAX_PAYLOAD, (at + 1) * MAX_PAYLOAD)),
  )

/** The packets up to the next flush; undefined at the end of the input. */
const reader = (input: AsyncIterable<Uint8Array>): (() => Promise<readonly Buffer[] | undefined>) => {
  const chunks = input[Symbol.asyncIterator]()
  let pending: Buffer = Buffer.alloc(0)
  const take = async (length: number): Promise<Buffer | undefined> => {
    const parts = [pending]
    for (let had = pending.length; had < length;) {
      const { value, done } = await chunks.next()
      if (done === true) return undefined
      parts.push(Buffer.from(value))
      had += value.length
    }
    const all = Buffer.concat(parts)
    pending = all.subarray(length)
    return all.subarray(0, length)
  }
  return async () => {
    const list: Buffer[] = []
    for (;;) {
      const head = await take(4)
      const length = head === undefined ? Number.NaN : Number.parseInt(head.toString('latin1'), 16)
      if (length === 0) return list
      const payload = length >= 4 ? await take(length - 4) : undefined
      if (payload === undefined) return undefined
      list.push(payload)
    }
  }
}
