import { spawn } from 'node:child_process'
import { CliError } from '../print/cli-error.ts'
import type { Session } from './session.ts'

/** Opens a file in $VISUAL or $EDITOR, else vi. Rejects where that ends with another code than 0. */
export const runEditor = ({ env }: Pick<Session, 'env'>, file: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const editor = env['VISUAL'] || env['EDITOR'] || 'vi'
    // The variable may hold options: a shell splits it, the file is a separate argument. The shell survives a Ctrl-C
    // that was meant for the editor.
    const child = spawn('/bin/sh', ['-c', `trap : INT; ${editor} "$1"`, 'edit', file], { stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0
        ? resolve()
        : reject(
            new CliError(`the editor ended with ${code ?? 'a signal'}; nothing was changed`, `your text is in ${file}`),
          ),
    )
  })
