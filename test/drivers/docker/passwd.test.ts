import * as assert from 'uvu/assert'
import { isRootIn, onlyFileOf } from '../../../drivers/docker/passwd.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('passwd of an image')

const entry = (type: string, text: string): Buffer => {
  const header = Buffer.alloc(512)
  header.write('passwd')
  header.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(type, 156)
  return Buffer.concat([header, Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)])
}

test('the only file of a tar is read, behind further headers, too', () => {
  assert.is(onlyFileOf(entry('0', 'a:x:1')), 'a:x:1')
  assert.is(onlyFileOf(entry('\0', 'a')), 'a')
  assert.is(onlyFileOf(Buffer.concat([entry('x', 'p'.repeat(600)), entry('0', 'a'), Buffer.alloc(1024)])), 'a')
})

test('a link, a folder, a device and what is cut short are no file', () => {
  for (const type of ['1', '2', '3', '4', '5', '6', 'L'])
    assert.is(onlyFileOf(Buffer.concat([entry(type, ''), entry('0', 'a')])), undefined)
  for (const tar of [Buffer.alloc(0), Buffer.alloc(512), entry('0', 'abc').subarray(0, 514)])
    assert.is(onlyFileOf(tar), undefined)
})

test('a name is root where any line for it says so, in every way that the Engine reads 0', () => {
  for (const [passwd, isRoot] of [
    ['app:x:0:0::/:', true],
    ['app:x:1000:0::/:', false],
    ['app:x:1000:1000\napp:x:0:0', true],
    ['other:x:0:0\napp:x:7:7', false],
    ['app:x:00:0', true],
    ['app:x:+0:0', true],
    ['app:x:-0:0', true],
    ['app:x:abc:0', true],
    ['app:x::0', true],
    ['app:x', true],
    ['app', true],
    ['  app:x:0:0  ', true],
    ['\u0085app:x:0:0\u0085', true],
    ['\u0085 \u0085app:x:7:7', false],
    ['application:x:0:0', false],
    ['', false],
  ] as const)
    assert.is(isRootIn(passwd, 'app'), isRoot, JSON.stringify(passwd))
})

test.run()
