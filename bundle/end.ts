/** What this process says of itself, and how it ends. Of an unforeseen error only its name and place: its text may hold anything. */
export const say = (text: string): void => void process.stderr.write(`bundle: ${text}\n`)

export const placeOf = (error: unknown): string => {
  const { name = 'Error', code = '', stack = '' } = error as { name?: string; code?: string; stack?: string }
  const [, place = ''] = /\n\s+at .*?([\w-]+\.[cm]?[jt]s:\d+)/.exec(stack) ?? []
  return [name, code, place].filter((each) => each !== '').join(' ')
}

export const end = (why: string): never => {
  say(`${why}, and so does the bundle`)
  process.exit(70)
}
