/** Why something isn't as asked: a condition's reason, and a sentence for a person. */
export interface Cause {
  readonly reason: string
  readonly message: string
}
