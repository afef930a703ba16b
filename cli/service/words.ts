import { CliError } from '../print/cli-error.ts'

/** Words of a unit and of a plist. Pure; each throws a CliError for text that no escape can carry. */

/** Newlines would begin another setting; nothing of ours has any other control character. */
const checked = (text: string, what: string): string => {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text))
    throw new CliError(
      `${what} has a line break or another control character: ${JSON.stringify(text)}`,
      'a service definition can not hold it; rename it',
      2,
    )
  return text
}

/** systemd expands `%` in every value. */
const withoutSpecifiers = (text: string): string => text.replaceAll('%', '%%')

const quoted = (text: string): string =>
  /^[\w/.,:=@+%-]+$/.test(text) ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** One word of `ExecStart=`. */
export const execWord = (text: string): string =>
  quoted(withoutSpecifiers(checked(text, 'an argument')).replaceAll('$', '$$$$'))

/** The program of `ExecStart=`, in which systemd knows no `$$`. */
export const execProgram = (path: string): string => {
  if (path.includes('$'))
    throw new CliError(`the path of a program has a $: ${path}`, 'systemd would take it for a variable; move it', 2)
  return quoted(withoutSpecifiers(checked(path, 'the path of a program')))
}

/** One path of a list of paths. */
export const pathWord = (path: string): string => quoted(withoutSpecifiers(checked(path, 'a path')))

/** One assignment of `Environment=`. */
export const envWord = (name: string, value: string): string =>
  quoted(withoutSpecifiers(checked(`${name}=${value}`, 'a variable')))

/** The rest of a line, as in `Description=`. A backslash at its end would join the next line. */
export const restOfLine = (text: string): string => withoutSpecifiers(checked(text, 'a path')).replace(/\\$/, '\\ ')

/** Text of an XML element. */
export const xmlText = (text: string): string =>
  checked(text, 'a value').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
