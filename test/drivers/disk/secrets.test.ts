import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isDriverError } from '../../../drivers/errors.ts'
import { createSecrets } from '../../../drivers/disk/secrets.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('secrets')

const VALUE = 'hunter2-very-secret'

const inFolder = async (body: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottled-secrets-'))
  try {
    await body(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const failure = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work()
  } catch (error) {
    return error
  }
  return undefined
}

test('values are written 0600 in folders of 0700, byte for byte, and removed', () =>
  inFolder(async (folder) => {
    const secrets = createSecrets({ owner: 'own1', runtimeDir: folder, stateDir: '/nowhere', env: { KEY: VALUE } })
    const bytes = Buffer.from([0xff, 0x41, 0x0a])
    await writeFile(join(folder, 'source'), bytes)
    assert.not(await secrets.has('a'))
    await secrets.write('a', { FROM_ENV: { fromEnv: 'KEY' }, FROM_FILE: { fromFile: join(folder, 'source') } })
    assert.ok(await secrets.has('a'))
    assert.is(secrets.path('a', 'FROM_ENV'), join(folder, 'bottled/own1/a/FROM_ENV'))
    assert.is(await readFile(secrets.path('a', 'FROM_ENV'), 'utf8'), VALUE)
    assert.equal(await readFile(secrets.path('a', 'FROM_FILE')), bytes)
    assert.is((await stat(secrets.path('a', 'FROM_ENV'))).mode & 0o777, 0o600)
    for (const made of ['bottled', 'bottled/own1', 'bottled/own1/a']) {
      assert.is((await stat(join(folder, made))).mode & 0o777, 0o700)
    }
    await secrets.remove('a')
    await secrets.remove('a')
    assert.not(await secrets.has('a'))
    assert.equal(await readdir(join(folder, 'bottled/own1')), [])
  }))

test('a value that is read is fit for a header, and its digest says nothing to another process', () =>
  inFolder(async (folder) => {
    const make = () => createSecrets({ owner: 'own1', runtimeDir: folder, stateDir: '/nowhere', env: { KEY: VALUE } })
    const secrets = make()
    const path = join(folder, 'source')
    const sources = { FROM_ENV: { fromEnv: 'KEY' }, FROM_FILE: { fromFile: path } }
    const digests = new Set<string>()
    for (const text of ['Basic a b', 'Basic a b\n', 'Basic a b\r\n']) {
      await writeFile(path, text)
      const { values, digest } = await secrets.read(sources)
      assert.equal(values, { FROM_ENV: VALUE, FROM_FILE: 'Basic a b' })
      digests.add(digest)
    }
    assert.is(digests.size, 1)
    digests.add((await make().read(sources)).digest)
    await writeFile(path, 'Basic c')
    digests.add((await secrets.read(sources)).digest)
    assert.is(digests.size, 3)
    for (const text of ['', '\n', 'a\nb', 'a\n\n', 'a\0', 'a\x7f', 'ä', '\t']) {
      await writeFile(path, text)
      const error = await failure(() => secrets.read(sources))
      assert.ok(isDriverError(error, 'SecretUnavailable'), JSON.stringify(text))
      if (text.trim() !== '') assert.not(error.message.includes(text))
    }
    await rm(path)
    assert.ok(isDriverError(await failure(() => secrets.read(sources)), 'SecretUnavailable'))
  }))

test('the stamp moves when a file does, and is there for one that is not', () =>
  inFolder(async (folder) => {
    const secrets = createSecrets({ owner: 'own1', runtimeDir: folder, stateDir: '/nowhere', env: {} })
    const path = join(folder, 'source')
    const sources = { FROM_ENV: { fromEnv: 'NOT_SET' }, FROM_FILE: { fromFile: path } }
    const stamps = [await secrets.stamp(sources)]
    for (const text of ['a', 'ab']) {
      await writeFile(path, text)
      stamps.push(await secrets.stamp(sources))
    }
    await rm(path)
    await symlink(join(folder, 'other'), path)
    await writeFile(join(folder, 'other'), 'ab')
    stamps.push(await secrets.stamp(sources))
    assert.is(new Set(stamps).size, 4)
    assert.is(await secrets.stamp(sources), stamps[3])
    assert.is(await secrets.stamp({ FROM_ENV: { fromEnv: 'NOT_SET' } }), '')
  }))

test('without a runtime folder they are under the state folder', () => {
  for (const runtimeDir of [undefined, '']) {
    const secrets = createSecrets({ owner: 'own1', runtimeDir, stateDir: '/state', env: {} })
    assert.is(secrets.path('a', 'K'), '/state/run/own1/a/K')
  }
})

test('the next write removes a key no longer requested and restores a loosened mode', () =>
  inFolder(async (folder) => {
    const secrets = createSecrets({ owner: 'own1', runtimeDir: folder, stateDir: '/nowhere', env: { KEY: VALUE } })
    await secrets.write('a', { OLD: { fromEnv: 'KEY' }, NEW: { fromEnv: 'KEY' } })
    await chmod(join(folder, 'bottled/own1/a'), 0o755)
    await writeFile(join(folder, 'bottled/own1/a/.NEW.tmp'), 'left by a crash')
    await secrets.write('a', { NEW: { fromEnv: 'KEY' } })
    assert.equal(await readdir(join(folder, 'bottled/own1/a')), ['NEW'])
    assert.is((await stat(join(folder, 'bottled/own1/a'))).mode & 0o777, 0o700)
  }))

test('a name that every object has is a variable like any other', () =>
  inFolder(async (folder) => {
    const inherited = ['constructor', '__proto__', 'toString', 'hasOwnProperty']
    for (const env of [{}, process.env]) {
      const secrets = createSecrets({ owner: 'own1', runtimeDir: folder, stateDir: '/nowhere', env })
      for (const name of inherited) {
        const sources = Object.fromEntries([[name, { fromEnv: name }]])
        const why = `the environment variable ${name} is not set where bottled runs`
        assert.is(await secrets.missing(sources), `${name}: ${why}; set ${name} for bottled and restart it`)
        const error = await failure(() => secrets.write('a', sources))
        assert.ok(isDriverError(error, 'SecretUnavailable'), String(error))
        assert.is(error.detail, why)
      }
    }
    const set = Object.fromEntries(inherited.map((name) => [name, VALUE]))
    const secrets = createSecrets({ owner: 'own1', runtimeDir: folder, stateDir: '/nowhere', env: set })
    await secrets.write('b', Object.fromEntries(inherited.map((name) => [name, { fromEnv: name }])))
    for (const name of inherited) assert.is(await readFile(secrets.path('b', name), 'utf8'), VALUE, name)
  }))

test('a missing source is named without a value, and nothing is written', () =>
  inFolder(async (folder) => {
    const secrets = createSecrets({ owner: 'own1', runtimeDir: folder, stateDir: '/nowhere', env: { KEY: VALUE } })
    const sources = { GOOD: { fromEnv: 'KEY' }, BAD: { fromEnv: 'ABSENT' } }
    assert.is(await secrets.missing({ GOOD: { fromEnv: 'KEY' } }), undefined)
    assert.is(
      await secrets.missing(sources),
      'BAD: the environment variable ABSENT is not set where bottled runs; set ABSENT for bottled and restart it',
    )
    assert.match(
      (await secrets.missing({ F: { fromFile: join(folder, 'absent') } })) ?? '',
      /^F: .*absent can't be read \(ENOENT\); make .*absent readable for the user that runs bottled$/,
    )
    assert.match((await secrets.missing({ F: { fromFile: folder } })) ?? '', /not a regular file/)
    const error = await failure(() => secrets.write('a', sources))
    assert.ok(isDriverError(error, 'SecretUnavailable'))
    assert.not.match(JSON.stringify(error) + String(error), VALUE)
    assert.not(await secrets.has('a'))
  }))

test('no name leads outside, and a link in the path is refused', () =>
  inFolder(async (folder) => {
    const secrets = createSecrets({ owner: 'own1', runtimeDir: folder, stateDir: '/nowhere', env: { KEY: VALUE } })
    assert.throws(() => secrets.path('../a', 'K'), /can't be part of its path/)
    assert.throws(() => secrets.path('a', '../K'), /can't be part of its path/)
    assert.throws(() => createSecrets({ owner: '..', runtimeDir: folder, stateDir: '/s', env: {} }), /can't be part/)
    await mkdir(join(folder, 'elsewhere'))
    await mkdir(join(folder, 'bottled/own1'), { recursive: true })
    await symlink(join(folder, 'elsewhere'), join(folder, 'bottled/own1/a'))
    assert.ok(isDriverError(await failure(() => secrets.write('a', { K: { fromEnv: 'KEY' } })), 'Failed'))
    assert.equal(await readdir(join(folder, 'elsewhere')), [])
  }))

test.run()
