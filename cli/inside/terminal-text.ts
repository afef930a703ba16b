import { StringDecoder } from 'node:string_decoder'
import { harmless } from '../../drivers/harmless.ts'

/**
 * A log of an agent or a bundle as a terminal may show it, in pieces as they come.
 *
 * Guarantees: colours are left out and every other control character is visible, wherever a piece ends. Line ends of two
 *   characters become one.
 */
export const createTerminalText = (): { text(bytes: Buffer): string; end(): string } => {
  const decoder = new StringDecoder('utf8')
  let held = ''
  const shown = (text: string): string => harmless(text.replaceAll('\r\n', '\n').replace(COLOUR, ''))
  return {
    text: (bytes) => {
      const all = held + decoder.write(bytes)
      // Half of a colour, of a line end or of an emoji.
      const cut = all.search(UNFINISHED)
      held = cut === -1 ? '' : all.slice(cut)
      return shown(cut === -1 ? all : all.slice(0, cut))
    },
    end: () => {
      const rest = held + decoder.end()
      held = ''
      return shown(rest)
    },
  }
}

// eslint-disable-next-line no-control-regex
const COLOUR = /\u001B\[[0-9;:]{0,60}m/g
// eslint-disable-next-line no-control-regex
const UNFINISHED = /(?:\r|\u001B(?:\[[0-9;:]{0,60})?)$/
