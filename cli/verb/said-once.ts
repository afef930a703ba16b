/** Commander's complaint about a value, without what ours says again. Pure. */
export const saidOnce = (message: string): string =>
  message.replace(/option '([^']*)' argument '(.*)' is invalid\. (?=.*"\2")/s, (_whole, flags: string) => {
    const flag = flags.split(', ').at(-1)?.split(' ')[0] ?? flags
    return `${flag}: `
  })
