import * as assert from 'uvu/assert'
import { parsePathGlob } from '../../egress/path-glob.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('path glob')

const GOOD: Readonly<Record<string, string>> = {
  '/': '/',
  '/repos/acme/app/**': '/repos/acme/app/**',
  '/*/*/git-upload-pack': '/*/*/git-upload-pack',
  '/a***b': '/a**b',
  '/%61cme/*': '/acme/*',
  '/b%C3%BCcher/*': '/bücher/*',
  '/bücher/*': '/bücher/*',
  '/a b/c%20d': '/a b/c d',
  '/.*': '/.*',
  '/..*': '/..*',
  '/a;v=1/b': '/a;v=1/b',
}
for (const [text, glob] of Object.entries(GOOD))
  test(`${text} is ${glob}`, () => assert.equal(parsePathGlob(text), { glob }))

const BAD: Readonly<Record<string, RegExp>> = {
  'a/b': /start with \//,
  '': /start with \//,
  '/a?x=1': /without their query/,
  '/a%2Ab': /\* always stands for other/,
  '/a//b': /empty segment/,
  '/a/../b': /segment \. or \.\./,
  '/a/..': /segment \. or \.\./,
  '/a%2fb': /%2f/,
  '/a%b': /bad %/,
  '/a#b': /#/,
  '/a\\b': /backslash/,
  '/a\nb': /white space/,
  '/a\u007Fb': /control character/,
  '/a%0ab': /escaped control/,
  '/a\uD800': /must be escaped/,
}
for (const [text, why] of Object.entries(BAD))
  test(`${JSON.stringify(text)} would match no path`, () => {
    const parsed = parsePathGlob(text)
    assert.match('fault' in parsed ? parsed.fault : '', why)
  })

test.run()
