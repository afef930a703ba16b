import * as assert from 'uvu/assert'
import { readPath } from '../../egress/path.ts'
import { growsLinearly } from './linear.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('path')

const READ: Readonly<Record<string, readonly string[]>> = {
  '/': ['/'],
  '/a/b/': ['/a/b/'],
  '/a?x=//../%00%': ['/a'],
  '/%61cme/%7Euser': ['/acme/~user'],
  '/b%C3%BCcher': ['/bücher'],
  '/a%20b%3Fc%23d': ['/a b?c#d'],
  '/lib%2b%2b_1%3a2_amd64.deb': ['/lib++_1:2_amd64.deb'],
  '/...': ['/...'],
  '/.well-known/..x/x..': ['/.well-known/..x/x..'],
  '/a;v=1/b;w': ['/a;v=1/b;w', '/a/b'],
  '/a%3Bv=1/b': ['/a;v=1/b', '/a/b'],
}
for (const [text, readings] of Object.entries(READ))
  test(`${text} is read as ${readings.join(' and ')}`, () => assert.equal(readPath(text), { readings, push: false }))

const UNCLEAR: Readonly<Record<string, string>> = {
  '': "doesn't start with /",
  '*': "doesn't start with /",
  'a/b': "doesn't start with /",
  '?x': "doesn't start with /",
  'http://example.com/': "doesn't start with /",
  '//a': 'empty segment',
  '/a//b': 'empty segment',
  '/a//': 'empty segment',
  '/a/;x/b': 'empty segment',
  '/.': 'segment . or ..',
  '/..': 'segment . or ..',
  '/a/./b': 'segment . or ..',
  '/a/../b': 'segment . or ..',
  '/a/..': 'segment . or ..',
  '/a/..;x/b': 'segment . or ..',
  '/a/.;/b': 'segment . or ..',
  '/a/..%3bx/b': 'segment . or ..',
  '/a/%2e%2e/b': '%2e',
  '/a%2Fb': '%2F',
  '/a%5cb': '%5c',
  '/a%00': '%00',
  '/a%252e': '%25',
  '/a%': 'bad %',
  '/a%2': 'bad %',
  '/a%zz': 'bad %',
  '/a%u002f': 'bad %',
  '/a%C3': 'bad %',
  '/a%c0%af': 'bad %',
  '/a%ed%a0%80': 'bad %',
  '/a%0d%0aHost:%20x': 'escaped control character',
  '/a%7f': 'escaped control character',
  '/a%C2%85': 'escaped control character',
  '/a\\b': 'backslash',
  '/a#b': '#',
  '/a?b#c': '#',
  '/a b': 'white space',
  '/a?b c': 'white space',
  '/a\tb': 'white space',
  '/a\r\nHost: x': 'white space',
  '/a\0': 'control character',
  '/a\u007F': 'control character',
  '/bücher': 'must be escaped',
  '/a\u00A0': 'must be escaped',
  '/a\uD800': 'must be escaped',
}
for (const [text, why] of Object.entries(UNCLEAR))
  test(`${JSON.stringify(text)} may be read in two ways: ${why}`, () => {
    const { readings, unclear } = readPath(text)
    assert.equal(readings, [])
    assert.ok((unclear ?? '').includes(why), unclear)
  })

const PUSHES = [
  '/git-receive-pack',
  '/acme/app.git/git-receive-pack',
  '/acme/app.git/git-receive-pack?x',
  '/acme/app.git/GIT-Receive-Pack',
  '/acme/app.git/git%2Dreceive%2dpack',
  '/acme/app.git/%67it-receive-pack',
  '/acme/app.git/git-receive-pack;x=1',
  '/acme/app.git;x/info/refs?service=git-receive-pack',
  '/acme/app.git/info/refs?service=git-receive-pack',
  '/acme/app.git/info/refs?a=b&service=git-receive-pack&c',
  '/acme/app.git/info/refs?a=b;service=git-receive-pack',
  '/acme/app.git/info/refs?service=git-upload-pack&service=git-receive-pack',
  '/acme/app.git/info/refs?SERVICE=Git-Receive-Pack',
  '/acme/app.git/info/refs?service=git%2Dreceive-pack',
  '/acme/app.git/info/refs?%73ervice=git-receive-pack',
  '/acme/app.git/info/refs?service=git-receive-pack%20',
  '/acme/app.git/info/refs?service%20=git-receive-pack',
  '/acme/app.git/info/refs?service=%20git-receive-pack',
  '/acme/app.git/info/refs;x?service=git-receive-pack',
  // Unclear, and perhaps a push.
  '//git-receive-pack',
  '/acme//app.git/git-receive-pack',
  '/acme/app.git/git-receive-pack/.',
  '/acme/app.git/git-receive-pack/x/..',
  '/acme/app.git/./git-receive-pack',
  '/acme/app.git%2fgit-receive-pack',
  '/acme/app.git/git-receive-pack%00',
  '/acme/app.git/git-receive-pack#',
  '/acme/app.git\\git-receive-pack',
  '/acme/app.git/git%252Dreceive-pack',
  '/acme/app.git/git%25252Dreceive-pack',
  '/acme/./app.git/info/refs?service=git-receive-pack',
  '/acme/./app.git/info/refs?service=git%2dreceive-pack',
]
for (const text of PUSHES) test(`${text} is a push`, () => assert.ok(readPath(text).push))

const NO_PUSHES = [
  '/',
  '/acme/app.git/git-upload-pack',
  '/acme/app.git/info/refs?service=git-upload-pack',
  '/acme/app.git/info/refs',
  '/acme/app.git/HEAD?service=git-receive-pack',
  '/docs/git-receive-pack.html',
  '/docs/x-git-receive-pack',
  '/acme/app.git/git-receive-pack/notes',
  '/a?q=/git-receive-pack',
  '/info/refs?q=service=git-receive-packs',
  '/info/refs?q=git-receive-pack',
  '/acme/../app.git/git-upload-pack',
  '/a;service=git-receive-pack;/info/refs',
]
for (const text of NO_PUSHES) test(`${text} is no push`, () => assert.not(readPath(text).push))

test('time grows with the text', () => {
  for (const unit of ['/a', ';', '%41', '%2541', '?', '&', 'service=', '/../', '\uD800', '%C3%BC', '%', '.', '/;'])
    growsLinearly((size) => {
      readPath(`/${unit.repeat(size / unit.length)}`)
      readPath(`/info/refs?${unit.repeat(size / unit.length)}`)
    }, unit)
})

test.run()
