/**
 * How an agent's container comes to its environment. Pure.
 *
 * Flow: its entrypoint is `init`, a script in a folder that is mounted read-only, which reads `env` there and runs the image's own
 *   command. `run` does the same for commands that come later.
 * Guarantees: no value is among what Docker keeps and shows; another environment needs no other container, so the disk stays. The
 *   container outlives its command, as a VM does. Values may hold anything but NUL.
 */
export const FOLDER = '/.bottled'

/** The image's own shell, or one that is mounted beside the scripts. */
export const OWN_SHELL = ['/bin/sh'] as const
export const MOUNTED_SHELL = [`${FOLDER}/busybox`, 'sh'] as const

export const entrypoint = (shell: readonly string[]): readonly string[] => [...shell, `${FOLDER}/init`]

/** A command with the environment of the agent, for `exec`. */
export const withEnv = (shell: readonly string[], command: readonly string[]): readonly string[] => [
  ...shell,
  `${FOLDER}/run`,
  ...command,
]

export const RUN = `. ${FOLDER}/env\nexec "$@"\n`

/** stdin is a pipe that Docker keeps open: reading it waits without a program of the image. */
export const INIT = `. ${FOLDER}/env
if [ $# -gt 0 ]; then
  "$@" &
  agent=$!
  trap 'kill -TERM "$agent" 2>/dev/null; wait "$agent"; exit 0' TERM INT
  wait "$agent"
  echo "bottled: the command ended with code $?; the container stays" >&2
fi
trap 'exit 0' TERM INT
while read -r _; do :; done
`

/** A script that sets it, for any POSIX shell. Throws on a name that no shell takes. */
export const envText = (env: Readonly<Record<string, string>>): string =>
  Object.keys(env)
    .toSorted()
    .map((key) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) throw new Error(`${key} can't be the name of a variable`)
      return `export ${key}='${(env[key] ?? '').replaceAll("'", `'\\''`)}'\n`
    })
    .join('')
