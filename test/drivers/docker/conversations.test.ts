import { Duplex } from 'node:stream'
import * as assert from 'uvu/assert'
import { createDockerBundles } from '../../../drivers/docker/bundles.ts'
import type { Connection } from '../../../drivers/docker/connection.ts'
import type { TalkInside } from '../../../drivers/talk/talk.ts'
import { createConversations } from '../../../drivers/docker/conversations.ts'
import { DriverError, isDriverError } from '../../../drivers/errors.ts'
import { suite } from '../../helpers/suite.ts'
import { frame } from './frame.ts'

/** What only a strange bundle or Engine does; test/conformance/bundles holds the real ones. */
const test = suite('conversations')

interface Exec {
  readonly container: string
  readonly command: string
  readonly heard: string[]
  stream: Duplex | undefined
}

/** An Engine whose execs answer each line by this; undefined: not at all. */
const engine = (
  answer: (line: string, exec: Exec) => string | undefined,
  { refuses, first = '\n' }: { readonly refuses?: Error; readonly first?: string } = {},
) => {
  const execs: Exec[] = []
  const never = (): never => {
    throw new Error('not asked for here')
  }
  const connection: Connection = {
    json: async <Body>({ path, body }: { readonly path: string; readonly body?: object }): Promise<Body> => {
      if (!path.endsWith('/exec')) return { ExitCode: 0 } as Body
      const command = String((body as { readonly Cmd: readonly string[] }).Cmd[1])
      execs.push({ container: path.split('/')[2] ?? '', command, heard: [], stream: undefined })
      return { Id: String(execs.length - 1) } as Body
    },
    attach: async ({ path }, signal) => {
      if (refuses !== undefined) throw refuses
      const exec = execs[Number(path.split('/')[2])]
      if (exec === undefined) throw new Error(path)
      const stream = new Duplex({
        read: () => undefined,
        write: (chunk: Buffer, _, done) => {
          for (const line of chunk.toString().split('\n').filter(Boolean)) {
            exec.heard.push(line)
            const text = answer(line, exec)
            if (text !== undefined) stream.push(frame(text))
          }
          done()
        },
        final: (done) => {
          stream.push(null)
          done()
        },
      })
      exec.stream = stream
      if (first !== '' && exec.command === 'converse') stream.push(frame(first))
      signal.addEventListener('abort', () => stream.destroy())
      return stream
    },
    request: never,
    open: never,
    daemon: never,
    platform: never,
    forget: never,
  }
  return { connection, execs }
}

const says = (text: string, container = 'c') => ({ operation: 'ask', container, text })
const setting = { command: ['bottled-bundle', 'converse'], mostBytes: 64 }

test('messages go to one exec, each gets its own answer, and another container has another', async () => {
  const { connection, execs } = engine((line) => `re ${line}\n`)
  const { say, endAll } = createConversations(connection, setting)
  assert.equal(await Promise.all(['a', 'b', 'c'].map((each) => say(says(each)))), ['re a\n', 're b\n', 're c\n'])
  assert.is(await say(says('d', 'other')), 're d\n')
  assert.equal(
    execs.map(({ container, heard }) => [container, heard]),
    [
      ['c', ['a', 'b', 'c']],
      ['other', ['d']],
    ],
  )
  endAll()
  assert.ok(execs.every(({ stream }) => stream?.destroyed === true))
  assert.is(await say(says('e')), 're e\n')
  assert.is(execs.length, 3)
  endAll()
})

test('what is no answer ends it: two lines, too much, a line that nobody asked for, silence, an end', async () => {
  const strange: Readonly<Record<string, (line: string, exec: Exec) => string | undefined>> = {
    'two lines': () => 'one\ntwo\n',
    'too much': () => `${'x'.repeat(65)}`,
    silence: () => undefined,
    'an end': (_, { stream }) => void stream?.push(null),
  }
  for (const [title, answer] of Object.entries(strange)) {
    const { connection, execs } = engine(answer)
    const { say } = createConversations(connection, { ...setting, patienceMs: 50 })
    assert.is(await say(says('a')), undefined, title)
    assert.ok(execs[0]?.stream?.destroyed, title)
  }
  const { connection, execs } = engine((line) => `${line}\n`)
  const { say } = createConversations(connection, setting)
  await say(says('a'))
  execs[0]?.stream?.push(frame('forged\n'))
  await new Promise((resolve) => setImmediate(resolve))
  assert.is(await say(says('b')), 'b\n')
  assert.is(execs.length, 2, 'an answer that came before its question is nobody’s')
})

test('a program that has not said that it reads is sent nothing: it would hear it after what is told meanwhile', async () => {
  for (const first of ['', 'OCI runtime exec failed: no\n']) {
    const { connection, execs } = engine((line) => `${line}\n`, { first })
    const { say } = createConversations(connection, { ...setting, patienceMs: 50 })
    assert.is(await say(says('a')), undefined)
    assert.equal(
      execs.map(({ heard, stream }) => [heard, stream?.destroyed]),
      [[[], true]],
    )
  }
})

test('a caller that gives up ends it and hears so; an exec that is refused is no answer', async () => {
  const { connection, execs } = engine(() => undefined)
  const { say } = createConversations(connection, setting)
  const leaving = new AbortController()
  const said = say(says('a'), leaving.signal)
  setImmediate(() => leaving.abort())
  const error = await said.catch((thrown: unknown) => thrown)
  assert.ok(isDriverError(error, 'Aborted'))
  assert.is(execs[0]?.stream?.destroyed ?? true, true)
  const refused = engine(() => '', {
    refuses: new DriverError({ code: 'Busy', operation: 'ask', detail: 'it is paused' }),
  })
  assert.is(await createConversations(refused.connection, setting).say(says('a')), undefined)
})

test('the ones that were used last are kept, and one without a message for a time ends', async () => {
  const { connection, execs } = engine((line) => `${line}\n`)
  const { say } = createConversations(connection, { ...setting, most: 2, idleMs: 60_000 })
  for (const container of ['a', 'b', 'a', 'c']) await say(says('x', container))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(
    execs.map(({ container, stream }) => [container, stream?.destroyed]),
    [
      ['a', false],
      ['b', true],
      ['c', false],
    ],
  )
  const many = engine((line) => `${line}\n`)
  const crowd = createConversations(many.connection, { ...setting, most: 2 })
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((each) => crowd.say(says('x', each))))
  await new Promise((resolve) => setImmediate(resolve))
  assert.is(many.execs.filter(({ stream }) => stream?.destroyed === false).length, 2)
  const idle = engine((line) => `${line}\n`)
  const short = createConversations(idle.connection, { ...setting, idleMs: 1 })
  await short.say(says('x'))
  while (idle.execs[0]?.stream?.destroyed !== true) await new Promise((resolve) => setTimeout(resolve, 5))
})

const noTalk: TalkInside = async () => undefined
const RUN = { identity: 'web', container: 'c', startedAt: undefined }

test('only a bundle that says so is conversed with; what fails there is told by a command of its own', async () => {
  const ok = '{"version":1,"ok":true,"hash":null'
  const plain = engine((_, { stream }) => {
    setImmediate(() => stream?.push(null))
    return `${ok}}\n`
  })
  const bundles = createDockerBundles(plain.connection, noTalk)
  await bundles.status(RUN)
  await bundles.status(RUN)
  assert.equal(
    plain.execs.map(({ command }) => command),
    ['control', 'control'],
  )
  const lying = engine((_, { command, stream }) => {
    if (command === 'converse') return void stream?.push(null)
    setImmediate(() => stream?.push(null))
    return `${ok},"converses":true}\n`
  })
  const others = createDockerBundles(lying.connection, noTalk)
  await others.status(RUN)
  assert.equal((await others.status(RUN)).outcome, { kind: 'loaded', hash: null })
  assert.equal(
    lying.execs.map(({ command }) => command),
    ['control', 'converse', 'control'],
  )
})

test.run()
