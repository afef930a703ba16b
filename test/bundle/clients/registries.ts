import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'

/** The Internet of the clients, by name: the smallest registry that each is content with. */
export interface Registries {
  answer(request: IncomingMessage, response: ServerResponse): void
  close(): void
}

export const createRegistries = (): Registries => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-git-'))
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder, stdio: 'ignore' })
  git('init', '-q', 'work')
  writeFileSync(join(folder, 'work', 'README'), 'cloned\n')
  git('-C', 'work', 'add', '.')
  git('-C', 'work', 'commit', '-q', '-m', 'first')
  git('clone', '-q', '--bare', 'work', 'repo.git')
  git('-C', 'repo.git', 'update-server-info')

  const pages: Readonly<Record<string, (path: string, at: string) => Page | undefined>> = {
    // As plain files: git's older protocol over HTTP.
    git: (path) => {
      const file = join(folder, normalize(path.replace(/\?.*/, '')))
      return existsSync(file) ? { body: readFileSync(file) } : undefined
    },
    npm: (path, at) =>
      path === '/thing'
        ? {
            body: JSON.stringify({
              name: 'thing',
              'dist-tags': { latest: '1.2.3' },
              versions: { '1.2.3': { name: 'thing', version: '1.2.3', dist: { tarball: `${at}/thing.tgz` } } },
            }),
            type: 'application/json',
          }
        : path.startsWith('/-/ping')
          ? { body: '{}', type: 'application/json' }
          : undefined,
    pip: (path) =>
      path === '/simple/thing/'
        ? {
            body: '<!DOCTYPE html><a href="thing-1.2.3-py3-none-any.whl">thing-1.2.3-py3-none-any.whl</a>',
            type: 'text/html',
          }
        : undefined,
    go: (path) =>
      ({
        '/up.test/thing/@v/list': { body: 'v1.2.3\n' },
        '/up.test/thing/@v/v1.2.3.info': { body: '{"Version":"v1.2.3","Time":"2026-01-01T00:00:00Z"}' },
        '/up.test/thing/@v/v1.2.3.mod': { body: 'module up.test/thing\n' },
      })[path],
    cargo: (path, at) =>
      path === '/index/config.json'
        ? { body: JSON.stringify({ dl: `${at}/dl`, api: at }) }
        : path.startsWith('/api/v1/crates?')
          ? {
              body: JSON.stringify({
                crates: [{ name: 'thing', max_version: '1.2.3', description: 'd' }],
                meta: { total: 1 },
              }),
            }
          : undefined,
  }

  return {
    answer: (request, response) => {
      const { url = '', headers } = request
      const [name = ''] = (headers.host ?? '').split('.')
      const pageOf = pages[name]
      const page = pageOf === undefined ? { body: `served to ${name}\n` } : pageOf(url, `https://${headers.host ?? ''}`)
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': page?.type ?? 'text/plain' })
      response.end(page?.body)
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

interface Page {
  readonly body: string | Buffer
  readonly type?: string
}
