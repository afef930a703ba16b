/** What `git cat-file --batch` writes: `<id> <type> <size>\n<bytes>\n`, again and again. Throws where it is anything else. Pure. */
export async function* readObjects(
  stream: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly id: string; readonly type: string; readonly bytes: Buffer }> {
  let chunks: Buffer[] = []
  let length = 0
  let wanted: { readonly id: string; readonly type: string; readonly size: number } | undefined
  for await (const chunk of stream) {
    chunks.push(chunk)
    length += chunk.length
    for (;;) {
      if (wanted !== undefined && length < wanted.size + 1) break
      let all = Buffer.concat(chunks)
      if (wanted === undefined) {
        const end = all.indexOf(10)
        if (end < 0 && all.length > 512) throw new Error('no object')
        if (end < 0) {
          chunks = [all]
          break
        }
        const [, id = '', type = '', size = ''] =
          /^([0-9a-f]+) ([a-z]+) ([0-9]+)$/.exec(all.toString('latin1', 0, end)) ?? []
        if (id === '') throw new Error('no object')
        wanted = { id, type, size: Number(size) }
        all = all.subarray(end + 1)
      } else {
        const { id, type, size } = wanted
        yield { id, type, bytes: all.subarray(0, size) }
        wanted = undefined
        all = all.subarray(size + 1)
      }
      chunks = [all]
      length = all.length
      if (length === 0 && wanted === undefined) break
    }
  }
  if (wanted !== undefined || length > 0) throw new Error('it ends early')
}
