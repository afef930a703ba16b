import { randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inspectContainer, inspectNetwork } from './engine.ts'
import type { Rig } from './rig.ts'
import { scenarios } from './scenario.ts'

const test = scenarios('e2e secrets')

/** Files of the rig that contain the bytes of a value. A running controller may rename some away meanwhile. */
const filesWith = (rig: Rig, value: string): readonly string[] => {
  const base = join(rig.root, '..')
  const holds = (path: string): boolean => {
    try {
      return lstatSync(path).isFile() && readFileSync(path).includes(value)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
  }
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .map((path) => join(base, path))
    .filter(holds)
    .sort()
}

/**
 * Processes with a value in their command line or environment, except those with the controller's own command line (itself,
 * and its children before they exec) and tsx's compiler, which a built package doesn't have.
 */
const seenByProcesses = (value: string, controller: number): readonly string[] => {
  const of = (pid: number | string, name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8')
    } catch {
      return ''
    }
  }
  const own = of(controller, 'cmdline')
  return readdirSync('/proc').flatMap((pid) => {
    const environment = /^\d+$/.test(pid) ? of(pid, 'environ') : ''
    const command = of(pid, 'cmdline')
    if (command === own || command.includes('esbuild')) return []
    return environment.includes(value) || command.includes(value) ? [`${pid} ${command.replaceAll('\0', ' ')}`] : []
  })
}

test('a secret is in its source and in one private file, and in nothing else that bottled writes or starts', async (rig) => {
  const [fromEnv, fromFile] = [`env-${randomBytes(12).toString('hex')}`, `file-${randomBytes(12).toString('hex')}`]
  const source = join(rig.root, '..', 'token')
  writeFileSync(source, fromFile)
  rig.env['TEST_SECRET'] = fromEnv
  rig.write('a.yaml', rig.bottle('a', 'secrets:', '  ONE: {fromEnv: TEST_SECRET}', '  TWO: {fromFile: ../token}'))
  const controller = rig.start('--log-level', 'debug')
  await rig.ready('a')

  const owner = (JSON.parse(readFileSync(join(rig.state, 'owner'), 'utf8')) as { readonly id: string }).id
  const folder = join(String(rig.env['XDG_RUNTIME_DIR']), 'bottled', owner, rig.slug('a'))
  assert.equal(filesWith(rig, fromEnv), [join(folder, 'ONE')])
  assert.equal(filesWith(rig, fromFile), [join(folder, 'TWO'), source].sort())
  for (const name of ['ONE', 'TWO']) assert.is(lstatSync(join(folder, name)).mode & 0o777, 0o600)
  assert.is(lstatSync(folder).mode & 0o777, 0o700)
  for (const value of [fromEnv, fromFile]) {
    assert.equal(seenByProcesses(value, controller.pid), [])
    assert.not.ok(controller.stderr().includes(value))
    const objects = [
      await inspectContainer(`bottle-${rig.slug('a')}-bundle`),
      await inspectNetwork(`bottle-${rig.slug('a')}`),
    ]
    assert.not.ok(JSON.stringify(objects).includes(value))
  }
  const smolfile = readFileSync(join(rig.state, 'bottles', rig.slug('a'), 'smolfile.toml'), 'utf8')
  assert.ok(smolfile.includes(join(folder, 'ONE')))
  assert.is(
    await rig.smolvm(
      'machine',
      'exec',
      '--name',
      `bottle-${rig.slug('a')}`,
      '--',
      'sh',
      '-c',
      'printf %s-%s $ONE $TWO',
    ),
    `${fromEnv}-${fromFile}`,
  )

  await rig.edit('a.yaml', (text) => text.replace('spec:\n', 'spec:\n  suspend: true\n'))
  await rig.until('it is suspended', () => rig.status('a')?.phase === 'Suspended')
  assert.equal(filesWith(rig, fromEnv), [])
  assert.equal(filesWith(rig, fromFile), [source])
})

test('a secret with a missing source is waited for as SecretUnavailable, and the VM never starts without it', async (rig) => {
  rig.write('a.yaml', rig.bottle('a', 'secrets: {TOKEN: {fromFile: ../token}}'))
  rig.start()
  const reason = () => rig.status('a')?.conditions?.find(({ type }) => type === 'MachineReady')
  await rig.until('it says so', () => reason()?.reason === 'SecretUnavailable')
  assert.match(reason()?.message ?? '', /TOKEN.*token/)
  assert.equal(
    rig.calls().filter((call) => /start/.test(call)),
    [],
  )
  assert.is((await inspectContainer(`bottle-${rig.slug('a')}-bundle`))?.State.Running, true)
  writeFileSync(join(rig.root, '..', 'token'), 'here now')
  await rig.until('it is Ready', () => rig.status('a')?.phase === 'Ready', 25_000)
})

test.run()
