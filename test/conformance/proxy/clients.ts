import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Guard } from '../../../bundle/engine/port.ts'
import { needing } from '../../helpers/program.ts'
import type { Suite } from '../../helpers/suite.ts'
import type { Context } from './context.ts'
import type { Stage } from './stage.ts'

/** What the clients of agents make of a denial. */
export const clientTests = (test: Suite, { title, script, at }: Context): void => {
  /** A program of the guest's, with the bottle's CA in a file. */
  const shownBy = (
    on: Stage,
    command: string,
    args: (ca: string, proxy: string) => readonly string[],
  ): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'bottle-t-guest-'))
    const ca = join(folder, 'ca.pem')
    writeFileSync(ca, on.certificates.bottle.cert)
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      GIT_SSL_CAINFO: ca,
      NODE_EXTRA_CA_CERTS: ca,
      NPM_CONFIG_CAFILE: ca,
      GIT_TERMINAL_PROMPT: '0',
    }
    return new Promise((resolve) => {
      execFile(
        command,
        args(ca, `http://127.0.0.1:${on.port}`),
        { env, cwd: folder, timeout: 50_000 },
        (_, out, err) => {
          rmSync(folder, { recursive: true, force: true })
          resolve(out + err)
        },
      )
    })
  }
  const told: Guard['decide'] = ({ json }) => {
    const text = 'Denied: ask a person.'
    return { kind: 'deny', status: 403, reason: 'NotAllowed', text: json ? JSON.stringify({ error: text }) : text }
  }
  const clients: Readonly<Record<string, (ca: string, proxy: string) => readonly string[]>> = {
    curl: (ca, proxy) => ['-sS', '--max-time', '30', '-x', proxy, '--cacert', ca, `https://${at()}/x`],
    git: (_, proxy) => ['-c', `http.proxy=${proxy}`, 'ls-remote', `https://${at()}/x.git`],
    npm: (_, proxy) => [
      'view',
      'left-pad',
      '--registry',
      `https://${at()}/`,
      '--https-proxy',
      proxy,
      '--fetch-retries',
      '0',
      '--cache',
      './cache',
    ],
  }
  for (const [command, args] of Object.entries(clients))
    title(
      `${command} shows why it was denied`,
      async (on) => {
        script({ decide: told })
        const shown = await shownBy(on, command, args)
        assert.ok(shown.includes('Denied: ask a person.'), shown)
      },
      needing(test, command),
    )
}
