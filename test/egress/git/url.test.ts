import * as assert from 'uvu/assert'
import { parseRepositoryUrl } from '../../../egress/git/url.ts'
import { suite } from '../../helpers/suite.ts'

/** The table of what is refused is test/schemas/git-specs.ts. */
const test = suite('url of a repository')

test('what is taken has one spelling', () => {
  assert.equal(parseRepositoryUrl('https://github.com/acme/app.git'), {
    url: 'https://github.com/acme/app.git',
    host: 'github.com',
    port: 443,
    path: '/acme/app.git',
  })
  assert.equal(parseRepositoryUrl('https://GIT.example:443/a/'), {
    url: 'https://git.example/a',
    host: 'git.example',
    port: 443,
    path: '/a',
  })
  assert.equal(parseRepositoryUrl('https://git.example:8443/a'), {
    url: 'https://git.example:8443/a',
    host: 'git.example',
    port: 8443,
    path: '/a',
  })
})

test('what is refused is told why', () => {
  for (const [text, fault] of [
    ['git@github.com:acme/app', /has no ssh: write the https/],
    ['ssh://git@github.com/acme/app', /has no ssh/],
    ['http://github.com/a', /only https/],
    ['https://user:pw@github.com/a', /without a user/],
    ['https://github.com/a/../b', /without a user, a query and escapes/],
    ['https://10.0.0.1/a', /not an address/],
    ['https://-a/b', /no name/],
    ['https://a.example:99999/b', /no port/],
  ] as const) {
    const parsed = parseRepositoryUrl(text)
    assert.match('fault' in parsed ? parsed.fault : 'taken', fault, text)
  }
})

test.run()
