import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import type { GitPlaces } from './git-env.ts'

/**
 * Makes what git is told to use: the public roots of Node, and those of NODE_EXTRA_CA_CERTS, as the proxy has them. The folder is
 * made anew.
 */
export const makePlaces = async (
  folder: string,
  { hooks, env }: { readonly hooks: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<GitPlaces> => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o700, recursive: true })
  const extra = env['NODE_EXTRA_CA_CERTS']
  const more = extra === undefined ? '' : await readFile(extra, 'utf8').catch(() => '')
  const caFile = join(folder, 'roots.pem')
  await writeFile(caFile, [...rootCertificates, more].join('\n'))
  return { path: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', caFile, hooks }
}
