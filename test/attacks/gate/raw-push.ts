import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'

/**
 * A push as no git client makes one: whatever names and bytes, to the gate's port.
 *
 * `commands`: `OLD NEW REF` each; `pack`: what follows. Resolves to all that the gate said.
 */
export const rawPush = (
  address: string,
  {
    name = 'app',
    commands,
    pack,
  }: { readonly name?: string; readonly commands: readonly string[]; readonly pack: Buffer },
): Promise<string> =>
  new Promise((resolve) => {
    const [host = '', port = ''] = address.split(':')
    const socket = connect(Number(port), host)
    let text = ''
    let isSent = false
    socket.setTimeout(60_000, () => socket.destroy())
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part
      // Its refs end with a flush; a refusal has none.
      if (isSent || !text.endsWith('0000')) return
      isSent = true
      const lines = commands.map((line, at) => packet(at === 0 ? `${line}\0report-status agent=git/2.40` : line))
      socket.end(Buffer.concat([...lines, Buffer.from('0000'), pack]))
    })
    socket.on('error', () => undefined).once('close', () => resolve(text))
    socket.write(packet(`git-receive-pack /${name}\0host=x\0`))
  })

const packet = (line: string): Buffer => {
  const bytes = Buffer.from(line)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** A pack of these revisions of a repository, as git makes it. */
export const packOf = (folder: string, revisions: readonly string[], ...options: readonly string[]): Buffer =>
  execFileSync('git', ['-C', folder, 'pack-objects', '--stdout', '--revs', '-q', ...options], {
    input: `${revisions.join('\n')}\n`,
    maxBuffer: 64 * 2 ** 20,
  })

export const NONE = '0'.repeat(40)
