import { execFileSync } from 'node:child_process'

/** Why tests on a real Docker Engine can't run here; undefined if they can. Throws if Docker is required. */
export const dockerMissing = (): string | undefined => {
  let why: string | undefined
  try {
    const server = execFileSync('docker', ['version', '--format', '{{.Server.Version}}'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
    })
    if (server.toString().trim() === '') why = 'no Docker Engine answers'
  } catch {
    why = 'no Docker Engine answers'
  }
  if (why !== undefined && (process.env['BOTTLED_REQUIRE'] ?? '').split(',').includes('docker')) {
    throw new Error('BOTTLED_REQUIRE names docker, but no Docker Engine answers')
  }
  return why
}
