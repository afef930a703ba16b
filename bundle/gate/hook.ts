import { askGate } from './hook-socket.ts'

/**
 * The pre-receive hook, a process of git's: asks the gate, and says what it answers.
 *
 * Guarantees: whatever goes wrong here refuses the push. It holds nothing secret: the gate judges, and hands the push on.
 */
export const runHook = async (env: NodeJS.ProcessEnv): Promise<void> => {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk)
    const quarantine = Object.fromEntries(KEPT.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]]])))
    const asked = { id: env['BOTTLED_PUSH'] ?? '', text: Buffer.concat(chunks).toString('utf8'), quarantine }
    const { taken, lines } = await askGate(env['BOTTLED_GATE'] ?? '', asked)
    for (const line of lines) process.stderr.write(`bottled: ${line}\n`)
    process.exitCode = taken ? 0 : 1
  } catch {
    process.stderr.write('bottled: the gate could not judge this push, and nothing of it went upstream\n')
    process.exitCode = 1
  }
}

const KEPT = ['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES']
