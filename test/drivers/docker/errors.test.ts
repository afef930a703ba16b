import * as assert from 'uvu/assert'
import type { Doing } from '../../../drivers/docker/errors.ts'
import { isPageNotFound, pullFailure, toDriverError } from '../../../drivers/docker/errors.ts'
import type { DriverErrorCode } from '../../../drivers/errors.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('docker errors')

/** As docker-modem throws it. */
const answer = (statusCode: number, text: string): Error =>
  Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${text} `), { statusCode })

const codeFor = (doing: Doing, status: number, text: string): DriverErrorCode =>
  toDriverError({ operation: 'test', doing, error: answer(status, text) }).code

type Row = readonly [engine: string, doing: Doing, status: number, text: string, code: DriverErrorCode]

const NETWORK: readonly Row[] = [
  ['20.10', 'create', 409, 'network with name res-a already exists', 'NameTaken'],
  ['20.10', 'create', 403, 'Pool overlaps with other one on this address space', 'AddressTaken'],
  ['29', 'create', 403, 'invalid pool request: Pool overlaps with other one on this address space', 'AddressTaken'],
  [
    '29',
    'create',
    403,
    'cannot create network 1 (br-1): conflicts with network 2 (br-2): networks have overlapping IPv4',
    'AddressTaken',
  ],
  ['podman', 'create', 500, 'subnet 10.1.2.0/24 is already used on the host or by another config', 'AddressTaken'],
  [
    '20.10',
    'create',
    404,
    'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
    'AddressTaken',
  ],
  ['29', 'create', 400, 'all predefined address pools have been fully subnetted', 'AddressTaken'],
  [
    '20.10',
    'create',
    500,
    'failed to allocate gateway (10.0.0.1): Requested address is out of range',
    'InvalidRequest',
  ],
  ['20.10', 'create', 500, 'Invalid subnet x: invalid CIDR address: x', 'InvalidRequest'],
  ['29', 'create', 400, 'invalid JSON: netip.ParsePrefix("x"): no \'/\'', 'InvalidRequest'],
  [
    '29',
    'create',
    400,
    'invalid network config:\ninvalid subnet 192.168.215.7/24: it should be 192.168.215.0/24',
    'InvalidRequest',
  ],
  ['20.10', 'create', 500, 'failed to parse com.docker.network.bridge.enable_icc value', 'InvalidRequest'],
  ['20.10', 'create', 403, 'operation is not permitted on predefined bridge network', 'InvalidRequest'],
  ['20.10', 'create', 500, 'failed to update store: local-kv.db: no space left on device', 'StorageFull'],
  ['20.10', 'remove', 403, 'error while removing network: network n id 1 has active endpoints', 'Busy'],
  ['29', 'remove', 403, 'error while removing network: network n has active endpoints (name:"c" id:"1")', 'Busy'],
  ['podman', 'remove', 500, '"n" has associated containers with it: network is being used', 'Busy'],
]

const CONTAINER: readonly Row[] = [
  [
    '20.10',
    'create',
    409,
    'Conflict. The container name "/c1" is already in use by container "1". You have to remove (or rename) that container',
    'NameTaken',
  ],
  ['20.10', 'create', 404, 'No such image: x:tag', 'ImageNotFound'],
  ['20.10', 'create', 400, 'invalid reference format: repository name must be lowercase', 'InvalidRequest'],
  [
    '29',
    'create',
    400,
    'invalid config for network n: no configured subnet contains IP address 10.9.9.9',
    'InvalidRequest',
  ],
  [
    '20.10',
    'create',
    400,
    'invalid mount config for type "bind": bind source path does not exist: /nowhere',
    'SourceUnavailable',
  ],
  ['20.10', 'start', 403, 'Address already in use', 'AddressTaken'],
  ['29', 'start', 403, 'failed to set up container networking: Address already in use', 'AddressTaken'],
  ['20.10', 'start', 404, 'network 3f2a not found', 'NotFound'],
  ['29', 'start', 404, 'failed to set up container networking: network 3f2a not found', 'NotFound'],
  ['20.10', 'start', 404, 'No such container: 3f2a', 'NotFound'],
  [
    '20.10',
    'start',
    500,
    "Invalid address 10.9.9.9: It does not belong to any of this network's subnets",
    'InvalidRequest',
  ],
  [
    '20.10',
    'start',
    400,
    'OCI runtime create failed: exec: "/nope": stat /nope: no such file or directory: unknown',
    'StartFailed',
  ],
  ['29', 'start', 500, 'failed to create task for container: namespace {"time" ""} does not exist', 'StartFailed'],
  ['29', 'start', 500, 'mkdir /var/lib/docker/x: no space left on device', 'StorageFull'],
  ['20.10', 'remove', 409, 'removal of container 1 is already in progress', 'Busy'],
  [
    '29',
    'remove',
    409,
    'cannot remove container "c1": container is running: stop the container before removing',
    'Busy',
  ],
]

const PULL: readonly Row[] = [
  [
    '20.10',
    'pull',
    500,
    'manifest for localhost:5000/x:nope not found: manifest unknown: manifest unknown',
    'ImageNotFound',
  ],
  ['20.10', 'pull', 500, 'unauthorized: authentication required', 'ImageUnauthorized'],
  ['20.10', 'pull', 500, 'toomanyrequests: You have reached your pull rate limit', 'ImageUnauthorized'],
  [
    '20.10',
    'pull',
    404,
    "pull access denied for x, repository does not exist or may require 'docker login'",
    'ImageUnauthorized',
  ],
  [
    '20.10',
    'pull',
    500,
    'Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    'RegistryUnavailable',
  ],
  [
    '20.10',
    'pull',
    500,
    'Get "https://r.invalid/v2/": dial tcp: lookup r.invalid: no such host',
    'RegistryUnavailable',
  ],
  [
    '20.10',
    'pull',
    500,
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: server misbehaving',
    'RegistryUnavailable',
  ],
  [
    '20.10',
    'pull',
    500,
    'Get "https://r/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'RegistryUnavailable',
  ],
  ['20.10', 'pull', 500, 'Get "https://r/v2/": x509: certificate signed by unknown authority', 'RegistryUnavailable'],
  ['20.10', 'pull', 500, 'received unexpected HTTP status: 503 Service Unavailable', 'RegistryUnavailable'],
  ['20.10', 'pull', 0, 'unknown blob', 'Failed'],
  [
    '29 containerd',
    'pull',
    404,
    'failed to copy: httpReadSeeker: failed open: content at http://r/v2/x/blobs/sha256:0f not found: not found',
    'Failed',
  ],
  ['29 containerd', 'pull', 404, 'failed to resolve reference "r/x:1": r/x:1: not found', 'ImageNotFound'],
  ['29', 'pull', 404, 'manifest unknown', 'ImageNotFound'],
  ['29', 'pull', 401, 'unauthorized', 'ImageUnauthorized'],
  ['29', 'pull', 403, 'denied', 'ImageUnauthorized'],
  ['29', 'pull', 429, 'toomanyrequests', 'ImageUnauthorized'],
  [
    '29 containerd',
    'pull',
    500,
    'unexpected status from HEAD request to http://r/v2/x: 401 Unauthorized',
    'ImageUnauthorized',
  ],
  [
    '29 containerd',
    'pull',
    500,
    'unexpected status from HEAD request to http://r/v2/x: 429 Too Many Requests',
    'ImageUnauthorized',
  ],
  ['29', 'pull', 400, 'invalid reference format', 'InvalidRequest'],
]

test('no network, no registry of the name, one that is down, one that is not trusted and one that lacks a part differ in what to do', () => {
  const hints = [
    'dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: server misbehaving',
    'dial tcp: lookup r.invalid: no such host',
    'dial tcp 127.0.0.1:1: connect: connection refused',
    'x509: certificate signed by unknown authority',
    'unknown blob',
    'manifest unknown',
  ].map((text) => pullFailure('pull image x', text).hint ?? '')
  const expected = [
    /network or its DNS/,
    /registry's name/,
    /doesn't answer/,
    /does not trust/,
    /push it again/,
    /docker pull/,
  ]
  for (const [index, pattern] of expected.entries()) assert.match(hints[index] ?? '', pattern)
})

const ANY: readonly Row[] = [
  ['20.10', 'read', 400, 'client version 1.55 is too new. Maximum supported API version is 1.41', 'VersionUnsupported'],
  [
    '29',
    'read',
    400,
    'client version 1.24 is too old. Minimum supported API version is 1.40, please upgrade your client to a newer version',
    'VersionUnsupported',
  ],
  ['29', 'read', 404, 'page not found', 'Failed'],
  ['29', 'remove', 404, 'page not found', 'Failed'],
  ['proxy', 'read', 503, 'Service Unavailable', 'Unavailable'],
  ['proxy', 'read', 502, 'Bad Gateway', 'Unavailable'],
  ['proxy', 'read', 504, 'Gateway Timeout', 'Unavailable'],
  ['proxy', 'read', 501, 'Not Implemented', 'Failed'],
  ['proxy', 'read', 505, 'HTTP Version Not Supported', 'Failed'],
]

for (const [engine, doing, status, text, code] of [...NETWORK, ...CONTAINER, ...PULL, ...ANY]) {
  test(`${engine}: ${status} "${text.slice(0, 60)}" at ${doing} is ${code}`, () =>
    assert.is(codeFor(doing, status, text), code))
}

for (const code of ['ENOENT', 'ECONNREFUSED', 'EACCES', 'ECONNRESET', 'EPIPE', 'EMFILE']) {
  test(`${code} on the socket is Unavailable, with a hint`, () => {
    const error = Object.assign(new Error(`connect ${code} /var/run/docker.sock`), { code })
    const translated = toDriverError({ operation: 'list networks', doing: 'read', error })
    assert.is(translated.code, 'Unavailable')
    assert.ok(translated.hint)
    assert.is(translated.cause, error)
  })
}

test('a 404 about a page is distinguished from one about an object', () => {
  assert.ok(isPageNotFound({ status: 404, text: 'page not found' }))
  assert.not(isPageNotFound({ status: 404, text: 'No such container: x' }))
})

test('an error at the end of a pull that started with 200 is classified by its text', () => {
  assert.is(pullFailure('pull x', 'manifest unknown').code, 'ImageNotFound')
  assert.is(pullFailure('pull x', 'unauthorized: authentication required').code, 'ImageUnauthorized')
  assert.is(pullFailure('pull x', 'write /var/lib/docker/tmp/1: no space left on device').code, 'StorageFull')
  for (const text of [
    'unknown blob',
    'failed to copy: httpReadSeeker: failed open: content at http://127.0.0.1:5000/v2/a/blobs/sha256:0f not found: not found',
    'error pulling image configuration: download failed after attempts=1: blob unknown to registry',
    // Engine 29 (moby 2.0.0-beta.24)
    'failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:164d (application/vnd.docker.image.rootfs.diff.tar.gzip) from remote: not found',
  ]) {
    assert.is(pullFailure('pull x', text).code, 'Failed', text)
    assert.match(pullFailure('pull x', text).hint ?? '', /not all of its layers/)
  }
  assert.is(pullFailure('pull x', 'manifest for 127.0.0.1:5000/blobs:1 not found').code, 'ImageNotFound')
})

test('the message has one line, is bounded, and holds no password of a URL', () => {
  const text = `Get "https://me:hunter2@registry/v2/": ${'long '.repeat(400)}\nsecond line`
  const { message } = toDriverError({ operation: 'pull image x', doing: 'pull', error: answer(500, text) })
  assert.not.match(message, /hunter2/)
  assert.not.match(message, /\n/)
  assert.ok(message.length < 700)
  assert.match(message, /^cannot pull image x: Get /)
})

test.run()
