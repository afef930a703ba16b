import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { notePolicy } from '../../../controller/state/policy-note.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { createClient } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl and the policy')
const HEAD = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\n'
const bottle = (name: string, spec: string): string =>
  `${HEAD}metadata: {name: ${name}}\nspec:\n  agent: claude\n${spec}`
const policy = (spec: string): string => `apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: ${spec}\n`
const ETC = bottle('web', '  workspace: {path: /etc, mode: copy}\n')
const WHY =
  'spec.workspace.path /etc is a system folder: forbidden by paths/system-folder of the policy baseline (built in); name another folder; only the level privileged allows it'

const withClient = async (work: (client: Client) => Promise<void>): Promise<void> => {
  const client = await createClient()
  try {
    await work(client)
  } finally {
    await client.remove()
  }
}

test('validate, plan, apply and explain refuse alike, each at the place in the file', () =>
  withClient(async ({ root, file, run, text }) => {
    await file('sub/web.yaml', ETC)
    const validated = await run('validate', '-o', 'json')
    assert.is(validated.exitCode, 1)
    const [complaint] = (JSON.parse(validated.out) as { complaints: Record<string, unknown>[] }).complaints
    assert.equal(
      [complaint?.['code'], complaint?.['path'], complaint?.['line'], complaint?.['col']],
      ['PolicyViolation', 'sub/web.yaml', 6, 21],
    )
    assert.is(complaint?.['message'], WHY)

    for (const argv of [
      ['plan', 'web'],
      ['plan', '-f', 'sub/web.yaml'],
    ] as const) {
      const planned = await run(...argv)
      assert.is(planned.exitCode, 1)
      assert.is(planned.out, '')
      assert.is(planned.err, `error: sub/web.yaml:6:21: ${WHY}\nhint: bottlectl policy explain FILE shows each rule\n`)
    }
    const json = JSON.parse((await run('plan', 'web', '-o', 'json')).err) as {
      reason: string
      details: { causes: object[] }
    }
    assert.is(json.reason, 'Forbidden')
    assert.equal(json.details.causes, [{ reason: 'PolicyViolation', message: `sub/web.yaml:6:21: ${WHY}` }])

    await writeFile(join(root, 'new.txt'), ETC.replace('name: web', 'name: new'))
    for (const more of [['--dry-run'], ['--yes']]) {
      const applied = await run('apply', '-f', 'new.txt', ...more)
      assert.is(applied.exitCode, 1)
      assert.match(applied.err, /^error: new\.txt:6:21: spec\.workspace\.path \/etc is a system folder/)
      assert.throws(() => text('new.yaml'))
    }
    const explained = await run('policy', 'explain', 'web')
    assert.is(explained.exitCode, 1)
    assert.match(explained.out, /forbidden {2}paths\/system-folder {2}spec\.workspace\.path {2}\/etc\n/)
  }))

test('apply judges by where the paths will start', () =>
  withClient(async ({ root, run }) => {
    const outside = await createClient()
    try {
      const spec = (path: string): string => `  workspace: {path: ${path}, mode: copy}\n`
      await outside.file('one.yaml', bottle('one', spec('one')))
      await outside.file('two.yaml', bottle('two', spec('two')))
      for (const [folder, name] of [
        [root, 'one'],
        [outside.root, 'two'],
      ] as const)
        await mkdir(join(folder, name))
      await symlink('/etc', join(outside.root, 'one'))
      await symlink('/etc', join(root, 'two'))
      assert.is((await run('apply', '-f', join(outside.root, 'one.yaml'), '--yes')).exitCode, 0)
      const refused = await run('apply', '-f', join(outside.root, 'two.yaml'), '--yes')
      assert.is(refused.exitCode, 1)
      assert.match(refused.err, /\(\/etc\) is a system folder/)
    } finally {
      await outside.remove()
    }
  }))

test('explain names each thing that a bottle asks for, its rule, and what would allow it', () =>
  withClient(async ({ root, file, run }) => {
    await file('p.txt', policy('{level: restricted, secrets: {env: ["A*"]}}'))
    await file(
      'web.yaml',
      bottle('web', '  secrets:\n    A: {fromEnv: A1}\n    B: {fromEnv: B}\n  egress: {}\n  machine: {image: node}\n'),
    )
    const { out, exitCode } = await run('policy', 'explain', 'web.yaml', '--policy', 'p.txt')
    assert.is(exitCode, 1)
    assert.is(
      out.replaceAll(root, 'ROOT'),
      `Policy:  restricted (ROOT/p.txt)

Bottle:  web (web.yaml:1)
  allowed    secrets/listed          spec.secrets.A.fromEnv  A1
  forbidden  secrets/env-not-listed  spec.secrets.B.fromEnv  B
  allowed    egress/declared         spec.egress             enforce
  forbidden  images/not-listed       spec.machine.image      node
To allow what is forbidden:
  spec.secrets.B.fromEnv is named by no glob of spec.secrets.env: spec.secrets.env: ["B"]
  spec.machine.image is named by no glob of spec.images: spec.images: ["docker.io/library/node:latest"]
`,
    )
    const json = JSON.parse((await run('policy', 'explain', 'web', '--policy', 'p.txt', '-o', 'json')).out) as {
      policy: object
      bottles: { allowed: boolean; findings: { rule: string; verdict: string }[] }[]
    }
    assert.equal(json.policy, { level: 'restricted', file: join(root, 'p.txt') })
    assert.equal(
      json.bottles.map(({ allowed, findings }) => [allowed, findings.map(({ rule }) => rule)]),
      [[false, ['secrets/listed', 'secrets/env-not-listed', 'egress/declared', 'images/not-listed']]],
    )
    await file('calm.yaml', bottle('calm', ''))
    const calm = await run('policy', 'explain', 'calm')
    assert.is(calm.exitCode, 0)
    assert.match(calm.out, /it asks for nothing that a rule is about\n$/)
    assert.is((await run('policy', 'explain', 'nobody')).exitCode, 3)
    assert.is((await run('policy', 'shout', 'calm')).exitCode, 2)
  }))

test('the policy and the pools that the controller ran with count, until another one is named', () =>
  withClient(async ({ root, stateDir, file, run }) => {
    await file('web.yaml', bottle('web', '  network: {subnet: 10.5.5.0/24}\n'))
    assert.is((await run('validate')).exitCode, 1)
    await mkdir(stateDir, { mode: 0o700 })
    await notePolicy(stateDir, { pools: ['10.5.0.0/16'] }, createDisk())
    assert.is((await run('validate')).exitCode, 0)
    await file('p.txt', policy('{subnets: ["192.168.0.0/16"]}'))
    await notePolicy(stateDir, { file: join(root, 'p.txt'), pools: ['10.5.0.0/16'] }, createDisk())
    const { exitCode, out } = await run('validate')
    assert.is(exitCode, 1)
    assert.match(out, /network\/not-listed of the policy baseline \(.*\/p\.txt\)/)
    await file('q.txt', policy('{level: privileged}'))
    assert.is((await run('validate', '--policy', 'q.txt')).exitCode, 0)
    await notePolicy(stateDir, { file: join(root, 'gone.txt'), pools: ['10.5.0.0/16'] }, createDisk())
    assert.is((await run('validate')).exitCode, 0, 'a file that is gone is not asked for')
  }))

test('a policy that others can write to, or that is wrong, is no policy: nothing is judged', () =>
  withClient(async ({ root, file, run }) => {
    await file('web.yaml', bottle('web', ''))
    await file('p.txt', policy('{}'))
    await chmod(join(root, 'p.txt'), 0o666)
    const open = await run('validate', '--policy', 'p.txt')
    assert.is(open.exitCode, 1)
    assert.match(open.err, /every user may write ROOT\/p\.txt \(mode 0666\)\nhint: chmod go-w ROOT\/p\.txt/)
    await file('q.txt', policy('{levle: baseline}'))
    assert.match(
      (await run('validate', '--policy', 'q.txt')).err,
      /the policy is invalid: ROOT\/q\.txt:3:8: unknown field spec\.levle/,
    )
    const none = await run('validate', '--policy', 'none.txt')
    assert.is(none.exitCode, 3)
    assert.match(none.err, /the policy ROOT\/none\.txt doesn't exist/)
  }))

test('validate checks a policy, too, and counts bottles as they would be made', () =>
  withClient(async ({ file, run }) => {
    await file('p.yaml', policy('{level: strict}'))
    const { out, exitCode } = await run('validate', 'p.yaml')
    assert.is(exitCode, 1)
    assert.match(out, /^p\.yaml:3:15: spec\.level must be privileged or baseline or restricted/)
    await file('p.yaml', policy('{limits: {bottles: 1}}'))
    assert.is((await run('validate', 'p.yaml')).exitCode, 0)
    await file('a.yaml', bottle('a', ''))
    await file('b.yaml', bottle('b', ''))
    const counted = await run('validate', '--policy', 'p.yaml')
    assert.is(counted.exitCode, 1)
    assert.match(counted.out, /^b\.yaml:3:18: metadata\.name bottle 2 is one more than the 1 bottles/)
  }))

test.run()
