import type { egressSpecs } from './egress-specs.ts'

type EgressSpec = (typeof egressSpecs)[number]

/** Specs with `git`: title, fields, and what is complained of; without, it is good. */
const git = (more: object, rest: object = {}): Readonly<Record<string, unknown>> => ({
  git: { repositories: [{ name: 'app', url: 'https://github.com/acme/app', ...more }] },
  ...rest,
})
const TOKEN = { secrets: { GIT_TOKEN: { fromEnv: 'GIT_TOKEN' } } }
const credential = { secret: 'GIT_TOKEN' }

export const gitSpecs: readonly EgressSpec[] = [
  ['git false', { git: false }],
  ['git true', { git: true }],
  ['git null', { git: null }],
  ['git a word', { git: 'on' }, /must be true or false or a mapping/],
  ['git an empty word', { git: '' }, /must be true or false or a mapping/],
  ['git a number', { git: 0 }, /must be true or false or a mapping/],
  ['git a list', { git: [] }, /must be true or false or a mapping/],
  ['git a list with an item', { git: [{}] }, /must be true or false or a mapping/],
  ['git without repositories', { git: {} }, /spec\.git\.repositories is missing/],
  ['git with another key', { git: { repositories: [], repos: [] } }, /unknown field spec\.git\.repos/],
  ['no repositories', { git: { repositories: [] } }],
  ['a repository', git({})],
  [
    'a repository with everything',
    git(
      {
        credential: { ...credential, username: 'bot' },
        fetch: false,
        push: ['agent/*', 'tags/v*'],
        maxPackMiB: 1,
        review: true,
        private: true,
      },
      TOKEN,
    ),
  ],
  ['a repository with an unknown key', git({ branch: 'x' }), /unknown field spec\.git\.repositories\[0\]\.branch/],
  ['a repository without a url', { git: { repositories: [{ name: 'app' }] } }, /url is missing/],
  [
    'two repositories of one name',
    {
      git: {
        repositories: [
          { name: 'a', url: 'https://x.example/a' },
          { name: 'a', url: 'https://x.example/b' },
        ],
      },
    },
    /two repositories are named a/,
  ],
  [
    'two repositories of one url',
    {
      git: {
        repositories: [
          { name: 'a', url: 'https://x.example/a' },
          { name: 'b', url: 'https://x.example/a' },
        ],
      },
    },
  ],
  ...['a', 'a-b', 'a_b', '0', `a${'b'.repeat(62)}`].map((name): EgressSpec => [`repository ${name}`, git({ name })]),
  ...['', 'A', '-a', 'a-', 'a.git', 'a/b', '..', 'a b', `a${'b'.repeat(63)}`].map((name): EgressSpec => [
    `repository ${name}`,
    git({ name }),
    /name/,
  ]),
  ...[
    'https://github.com/acme/app.git',
    'https://git.example:8443/a',
    'https://git/a/b/c/d',
    'https://x.example/acme/.github',
    'https://x.example/~user/a+b@c',
    'https://dev.example/org/project/_git/app',
  ].map((url): EgressSpec => [`url ${url}`, git({ url })]),
  ...[
    'http://github.com/acme/app',
    'ssh://git@github.com/acme/app',
    'git@github.com:acme/app.git',
    'git://github.com/acme/app',
    'file:///etc',
    'ext::sh -c id',
    'https://github.com',
    'https://github.com/',
    'https://github.com/acme/app/',
    'https://GitHub.com/acme/app',
    'https://user@github.com/acme/app',
    'https://user:pw@github.com/acme/app',
    'https://github.com/acme/app?x=1',
    'https://github.com/acme/app#x',
    'https://github.com/acme//app',
    'https://github.com/acme/../app',
    'https://github.com/./app',
    'https://github.com/acme/%61pp',
    'https://127.0.0.1/a',
    'https://[::1]/a',
    'https://0x7f.1/a',
    'https://github.com:0/a',
    'https://github.com:65536/a',
    'https://github.com:/a',
    'https://-x.example/a',
    'https://github.com/a b',
    'https://github.com/a\nb',
    '--upload-pack=id',
  ].map((url): EgressSpec => [`url ${JSON.stringify(url)}`, git({ url }), /url/]),
  ...['agent/*', '**', 'a', 'tags/v*', '*', 'release/1.2'].map((glob): EgressSpec => [
    `push ${glob}`,
    git({ push: [glob] }),
  ]),
  ...['', '-x', '/a', 'a b', 'a\nb', 'a?', '~', 'a:b', 'x'.repeat(129)].map((glob): EgressSpec => [
    `push ${JSON.stringify(glob)}`,
    git({ push: [glob] }),
    /push/,
  ]),
  ['push twice the same', git({ push: ['a', 'a'] }), /same item twice/],
  ...[0, 4097, 1.5, 'x'].map((maxPackMiB): EgressSpec => [
    `maxPackMiB ${maxPackMiB}`,
    git({ maxPackMiB }),
    /maxPackMiB/,
  ]),
  ['a credential', git({ credential }, TOKEN)],
  [
    'a credential delivered to the proxy without egress',
    git({ credential }, { secrets: { GIT_TOKEN: { fromEnv: 'A', deliver: 'proxy' } } }),
  ],
  ['a credential of no secret', git({ credential }), /GIT_TOKEN is not in spec\.secrets/],
  [
    'a credential delivered to the guest',
    git({ credential }, { secrets: { GIT_TOKEN: { fromEnv: 'A', deliver: 'guest' } } }),
    /is delivered to the guest/,
  ],
  ['a credential without a secret', git({ credential: {} }, TOKEN), /secret is missing/],
  ...['', 'a:b', 'a b', 'ä'].map((username): EgressSpec => [
    `username ${username}`,
    git({ credential: { ...credential, username } }, TOKEN),
    /username/,
  ]),
]
