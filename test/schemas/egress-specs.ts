import type { EgressAllow } from '../../schemas/egress.ts'

/** Specs with `egress`, and a pattern of the complaint about each that is refused. */
export const egressSpecs: readonly (readonly [title: string, spec: object, complaint?: RegExp])[] = [
  ['egress of nothing', { egress: {} }],
  ['egress with empty lists', { egress: { presets: [], allow: [], deny: [] } }],
  [
    'egress with everything',
    {
      secrets: { TOKEN: { fromEnv: 'TOKEN' } },
      egress: {
        mode: 'audit',
        presets: ['npm', 'github-read'],
        allow: [
          {
            host: 'api.github.com',
            ports: [443, 8443],
            methods: ['GET', 'POST'],
            paths: ['/repos/acme/**', '/a%20b/*.json'],
            credential: { secret: 'TOKEN', header: 'Authorization', format: 'Bearer {}' },
            private: true,
            until: '2026-12-01T18:00:00Z',
          },
          { host: '*.example.com', tls: 'passthrough' },
          { host: 'ws.example.com', websocket: true, methods: ['GET'] },
        ],
        deny: [{ host: '*.pastebin.com', methods: ['POST'], paths: ['/a;v=1/**'] }],
      },
    },
  ],
  ['egress with an unknown mode', { egress: { mode: 'log' } }, /must be enforce or audit/],
  ['a preset that there is not', { egress: { presets: ['nmp'] } }, /presets\[0\]: there is no preset "nmp"/],
  ['a preset twice', { egress: { presets: ['npm', 'npm'] } }, /same item twice/],
  ['an unknown field of egress', { egress: { alow: [] } }, /unknown field spec\.egress\.alow/],

  ...['a', 'A.Example', 'a.example.', '*.a.example', '_srv.a.example', 'bücher.example', 'x0.example', 'a.5x'].map(
    (host) => [`host ${host}`, allow({ host })] as const,
  ),
  ['a host of 253 characters', allow({ host: `${'a.'.repeat(126)}a` })],
  ['a wild host of 255 characters', allow({ host: `*.${'a.'.repeat(126)}a` })],
  ...['10.0.0.1', '5', 'a.5', 'a.0x', 'a.0XF.', '0x7f000001', '*.10.0.0.1', '::1', '[::1]', 'a:443'].map(
    (host) => [`literal ${host}`, allow({ host }), /host: a literal address is always denied/] as const,
  ),
  ...['a_.-b', '-a.example', 'a..b', '*', '*.', '.', 'a.*', '**.a', 'a/b', 'a@b', 'ä\u200e.example', 'a\u3000b'].map(
    (host) => [`no host ${JSON.stringify(host)}`, allow({ host }), /host: it must be a host name/] as const,
  ),
  ['a label of 64', allow({ host: `${'a'.repeat(64)}.example` }), /it must be a host name/],
  ['a host of 254 characters', allow({ host: `${'a.'.repeat(126)}ab` }), /it must be a host name/],
  ['a denied literal', { egress: { deny: [{ host: '10.0.0.1' }] } }, /deny\[0\]\.host: a literal address/],

  ...(['ports', 'methods', 'paths'] as const).map(
    (key) =>
      [`no ${key}`, allow({ [key]: [] }), new RegExp(`an empty list matches nothing: leave ${key} out`)] as const,
  ),
  ['port 0', allow({ ports: [0] }), /at least 1/],
  ['a method in lower case', allow({ methods: ['get'] }), /upper case/],
  ...['/', '/a', '/**', '/*.js', '/.hidden', '/a/', '/a%C3%A9', '/ä b', '/%F0%9F%8D%BE', '/...', '/a=b&c', '/{a}'].map(
    (path) => [`path ${path}`, allow({ paths: [path] })] as const,
  ),
  ...[
    '/a?b',
    '/a%2Ab',
    '/a%2fb',
    '/%2e',
    '/a%5cb',
    '/a\\b',
    '/a#b',
    '/a//b',
    '//',
    '/./a',
    '/a/..',
    '/a/../b',
    '/a%',
    '/a%zz',
    '/%ff',
    '/%C3',
    '/%C0%80',
    '/%ED%A0%80',
    '/%F5%80%80%80',
    '/a%0a',
    '/a%7F',
    '/a%C2%85',
    '/a%25b',
  ].map((path) => [`path ${path}`, allow({ paths: [path] }), /no path matches it/] as const),
  ['a path with parameters', allow({ paths: ['/a;b/c'] }), /servers may drop ;b/],
  ...['/;a/b', '/a/..;x', '/a/%3bx/b', '/a\u0085'].map(
    (path) =>
      [`a denied path ${path}`, { egress: { deny: [{ host: 'a', paths: [path] }] } }, /no path matches it/] as const,
  ),

  ...(
    [
      { methods: ['GET'] },
      { paths: ['/'] },
      { push: true },
      { websocket: true },
    ] satisfies readonly Partial<EgressAllow>[]
  ).map(
    (more) =>
      [
        `passthrough with ${Object.keys(more).join()}`,
        allow({ tls: 'passthrough', ...more }),
        /means nothing/,
      ] as const,
  ),
  ['passthrough with what is off', allow({ tls: 'passthrough', push: false, websocket: false })],
  ['passthrough with a credential', named({ tls: 'passthrough' }), /credential means nothing/],
  ['a WebSocket with push', allow({ websocket: true, push: true }), /push means nothing/],
  ['a WebSocket without GET', allow({ websocket: true, methods: ['POST'] }), /an upgrade to WebSocket is a GET/],
  ['a credential over port 80', named({ ports: [443, 80] }), /never goes over port 80/],
  ['30 February', allow({ until: '2026-02-30T00:00:00Z' }), /until: it is no time that exists/],
  ['hour 24', allow({ until: '2026-02-01T24:00:00Z' }), /until: it is no time that exists/],
  ['a time without a zone', allow({ until: '2026-02-01T00:00:00' }), /until must be a time/],
  ['an offset of 99 hours', allow({ until: '2026-02-01T00:00:00+99:00' }), /until must be a time/],

  ['a credential', named({})],
  ['a credential with an explicit delivery', named({}, { deliver: 'proxy' })],
  ['a credential whose secret goes to the guest', named({}, { deliver: 'guest' }), /TOKEN is delivered to the guest/],
  [
    'a credential without a secret',
    { egress: { allow: [{ host: 'a', credential: { secret: 'TOKEN', header: 'X-Key' } }] } },
    /credential\.secret TOKEN is not in spec\.secrets/,
  ],
  ...['Host', 'content_length', 'X-Forwarded-For', 'Proxy-Authorization', 'te'].map(
    (header) => [`credential in ${header}`, credential({ header }), /belongs to the connection/] as const,
  ),
  ...['Authorization', 'X-Api-Key', 'Hosts', 'X-Te'].map(
    (header) => [`credential in ${header}`, credential({ header })] as const,
  ),
  ...['{}', 'Bearer {}', '{{}}', '}{}{', '{ {}'].map((format) => [`format ${format}`, credential({ format })] as const),
  ...['', 'Bearer', '{}{}', '{} {}', '{ }'].map(
    (format) => [`format ${format}`, credential({ format }), /must hold \{\} once/] as const,
  ),

  ['a secret for the guest, said', { secrets: { A: { fromEnv: 'A', deliver: 'guest' } } }],
  ['a secret for both', { secrets: { A: { fromEnv: 'A', deliver: 'both' } } }, /guest or proxy/],
  ['a delivery alone', { secrets: { A: { deliver: 'guest' } } }, /exactly one of fromEnv and fromFile/],
  ['a secret for the proxy without egress', { secrets: { A: { fromEnv: 'A', deliver: 'proxy' } } }],
  ['a secret for the proxy that nothing names', { secrets: { A: { fromEnv: 'A', deliver: 'proxy' } }, egress: {} }],
  ['a secret of the proxy with an artifact', { ...named({}), machine: { artifact: 'a.smolmachine' } }],
  [
    'secrets of both with an artifact',
    {
      egress: {},
      secrets: { A: { fromEnv: 'A', deliver: 'proxy' }, B: { fromEnv: 'B' } },
      machine: { artifact: 'a.smolmachine' },
    },
    /does not reach/,
  ],
]

function allow(entry: object): object {
  return { egress: { allow: [{ host: 'a.example', ...entry }] } }
}

function named(entry: object, secret: object = {}): object {
  return {
    secrets: { TOKEN: { fromEnv: 'TOKEN', ...secret } },
    ...allow({ credential: { secret: 'TOKEN', header: 'X-Key' }, ...entry }),
  }
}

function credential(more: object): object {
  return named({ credential: { secret: 'TOKEN', header: 'X-Key', ...more } })
}
