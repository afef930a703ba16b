import * as assert from 'uvu/assert'
import { errPacket, readFirstPacket } from '../../../bundle/gate/request.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('first packet of git')
const packet = (text: string): Buffer => Buffer.from(`${(text.length + 4).toString(16).padStart(4, '0')}${text}`)

test('what git sends is read, however it is cut', () => {
  const whole = packet('git-upload-pack /app.git\0host=192.168.2.2:9418\0\0version=2\0')
  for (let length = 0; length < whole.length; length++)
    assert.equal(readFirstPacket(whole.subarray(0, length)), { kind: 'more' }, String(length))
  const wanted = {
    kind: 'request',
    length: whole.length,
    request: { service: 'upload-pack', name: 'app', protocol: 'version=2' },
  }
  assert.equal(readFirstPacket(whole), wanted)
  assert.equal(readFirstPacket(Buffer.concat([whole, packet('git-receive-pack /other\0')])), wanted)
})

test('a table of requests', () => {
  const cases: readonly (readonly [text: string, want: string | RegExp])[] = [
    ['git-receive-pack /app\0host=x\0', 'receive-pack app'],
    ['git-upload-pack app\n', 'upload-pack app'],
    ['git-upload-pack /app/\0', 'upload-pack app'],
    ['git-upload-pack /app\0host=x\0\0version=1\0version=2\0', 'upload-pack app version=1'],
    ['git-upload-pack /app\0\0version=9\0object-format=x\0', 'upload-pack app'],
    ['git-upload-archive /app\0', /archives are not served/],
    ['git-shell /app\0', /only fetch and push/],
    ['git-upload-pack  /app\0', /no repository of that name/],
    ['git-upload-pack /.probe.git\0', /no repository of that name/],
    ['git-upload-pack /a/b\0', /no repository of that name/],
    ['git-upload-pack /..\0', /no repository of that name/],
    ['git-upload-pack /-x\0', /no repository of that name/],
    ['git-upload-pack /App\0', /no repository of that name/],
    [`git-upload-pack /${'a'.repeat(64)}\0`, /no repository of that name/],
    ['git-upload-pack /app\nx\0', /no repository of that name/],
    [`git-upload-pack /${'a'.repeat(1_100)}\0`, /empty or too long/],
    ['', /empty or too long/],
  ]
  for (const [text, want] of cases) {
    const first = readFirstPacket(packet(text))
    const said =
      first.kind === 'request'
        ? [first.request.service, first.request.name, first.request.protocol]
            .filter((each) => each !== undefined)
            .join(' ')
        : first.kind === 'refused'
          ? first.why
          : 'more'
    if (typeof want === 'string') assert.is(said, want, text)
    else assert.match(said, want, text)
  }
})

test('what is no packet is refused before it is whole', () => {
  for (const text of ['GET / HTTP/1.1', 'x', '-001', '0x1f', '0000', '0004', 'ffff'])
    assert.is(readFirstPacket(Buffer.from(text)).kind, 'refused', text)
})

test('an answer counts bytes, not characters', () => {
  assert.is(errPacket('é'), '000aERR é')
})

test.run()
