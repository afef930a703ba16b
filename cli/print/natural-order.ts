/** Numbers within text by their size, as kubectl sorts: `b2` before `b10`. Pure. */
export const naturalOrder = (a: string, b: string): number => {
  const [left, right] = [piecesOf(a), piecesOf(b)]
  for (const [at, piece] of left.entries()) {
    const other = right[at]
    if (other === undefined) return 1
    const byNumber = /^\d/.test(piece) && /^\d/.test(other) ? Number(piece) - Number(other) : 0
    if (byNumber !== 0) return byNumber
    if (piece !== other) return piece < other ? -1 : 1
  }
  return left.length - right.length
}

const piecesOf = (text: string): readonly string[] => text.match(/\d+|\D+/g) ?? []
