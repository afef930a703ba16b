/** Why a text is not changed. */
export type SpliceErrorCode =
  | 'NoSuchDocument' // the file has fewer documents
  | 'DoesNotParse' // the document isn't valid YAML
  | 'NotAMapping' // the parent of the key is not a mapping
  | 'Aliased' // an anchor in the old value is used outside it
  | 'TooLarge' // the new value would bring the file or document over its limit
  | 'NotProven' // the new text doesn't read back as asked

export class SpliceError extends Error {
  readonly code: SpliceErrorCode

  constructor(code: SpliceErrorCode, message: string) {
    super(message)
    this.name = 'SpliceError'
    this.code = code
  }
}
