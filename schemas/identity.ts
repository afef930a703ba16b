/** The pattern of `spec.identity` in the schema, whose `--` smolvm would refuse in a machine's name. Pure. */
const IDENTITY = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** API §1.1: what everything owned derives its name from. No path leads out of a folder by it. */
export const isIdentity = (text: string): boolean => text.length <= 48 && IDENTITY.test(text)
