import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/**
 * A registry on loopback, which the Engine accepts without TLS. The repository's name chooses its behaviour:
 * `ok`, `missing`, `private` (401), `limited` (429), `torn` (a blob is missing), `stall` (a blob stops), `trickle` (a blob comes by a byte each 200 ms).
 */
export interface FakeRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly asked: string[]
  close(): Promise<void>
}

const JSON_TYPE = 'application/vnd.docker.distribution.manifest.v2+json'

export const createFakeRegistry = async (): Promise<FakeRegistry> => {
  const { blobs, manifest } = makeImage()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(`${request.method} ${path}`)
    if (path === '/v2/') return send(response, 200, '{}')
    const [, name = '', kind = '', reference = ''] = /^\/v2\/([^/]+)\/(manifests|blobs)\/(.+)$/.exec(path) ?? []
    if (name === 'private') return fail(response, 401, 'UNAUTHORIZED', 'authentication required')
    if (name === 'limited') return fail(response, 429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit')
    if (name === 'missing') return fail(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    if (kind === 'manifests')
      return send(response, 200, manifest, { 'content-type': JSON_TYPE, 'docker-content-digest': digest(manifest) })
    const blob = blobs.get(reference)
    const layer = reference === [...blobs.keys()][1]
    if (blob === undefined || (name === 'torn' && layer)) return fail(response, 404, 'BLOB_UNKNOWN', 'unknown blob')
    if (name === 'stall' && layer) {
      response.writeHead(200, { 'content-length': String(blob.length) })
      response.write(blob.subarray(0, 10))
      return undefined
    }
    if (name === 'trickle' && layer) {
      response.writeHead(200, { 'content-length': String(blob.length) })
      let sent = 0
      const timer = setInterval(() => response.write(blob.subarray(sent, (sent += 1))), 200)
      response.on('close', () => clearInterval(timer))
      return undefined
    }
    return send(response, 200, blob)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const send = (
  response: ServerResponse,
  status: number,
  body: Buffer | string,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, {
    'docker-distribution-api-version': 'registry/2.0',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  })
  response.end(body)
}

const fail = (response: ServerResponse, status: number, code: string, message: string): void => {
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Basic realm="test"' } : {}
  send(response, status, JSON.stringify({ errors: [{ code, message }] }), {
    'content-type': 'application/json',
    ...challenge,
  })
}

const digest = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** One layer with one file of random content: an image that no engine has yet. */
const makeImage = (): { readonly blobs: Map<string, Buffer>; readonly manifest: Buffer } => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-layer-'))
  writeFileSync(join(folder, 'file'), randomBytes(2_000))
  const tar = execFileSync('tar', ['-C', folder, '-c', 'file'])
  rmSync(folder, { recursive: true, force: true })
  const layer = gzipSync(tar)
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest(tar)] },
      history: [],
    }),
  )
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: JSON_TYPE,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digest(config),
      },
      layers: [
        { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: layer.length, digest: digest(layer) },
      ],
    }),
  )
  return {
    blobs: new Map([
      [digest(config), config],
      [digest(layer), layer],
    ]),
    manifest,
  }
}
