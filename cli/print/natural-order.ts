/**
 * Sorts numbers within text by size, as kubectl does: `b2` before `b10`. Pure.
 *
 * `Intl.Collator` orders otherwise: kubectl puts digits before everything else (`b2` before `b-1`) and capitals before
 * small letters.
 */
export const naturalOrder = (a: string, b: string): number => {
  const [left, right] = [piecesOf(a), piecesOf(b)]
  for (const [at, piece] of left.entries()) {
    const other = right[at]
    if (other === undefined) return 1
    if (piece === other) continue
    const [isNumber, isOtherNumber] = [DIGIT.test(piece), DIGIT.test(other)]
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
    return isNumber ? compareNumbers(piece, other) : piece < other ? -1 : 1
  }
  return left.length - right.length
}

const DIGIT = /^\d/

const piecesOf = (text: string): readonly string[] => text.match(/\d+|\D+/g) ?? []

/** Of equal numbers, the one with fewer zeros is less. */
const compareNumbers = (a: string, b: string): number => {
  const [left, right] = [BigInt(a), BigInt(b)]
  return left === right ? a.length - b.length : left < right ? -1 : 1
}
