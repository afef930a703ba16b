/** Why a text was left as it is. */
export type SpliceErrorCode =
  | 'NoSuchDocument' // the file has fewer documents
  | 'DoesNotParse' // the document isn't YAML
  | 'NotAMapping' // what should hold the key is no mapping
  | 'Aliased' // an anchor in the old value is used outside of it
  | 'TooLarge' // with the new value the file or document would be over its limit
  | 'NotProven' // the new text would not have read back as meant

export class SpliceError extends Error {
  readonly code: SpliceErrorCode

  constructor(code: SpliceErrorCode, message: string) {
    super(message)
    this.name = 'SpliceError'
    this.code = code
  }
}
