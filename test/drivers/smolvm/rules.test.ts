import { execFileSync, spawn } from 'node:child_process'
import { mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { Machines } from '../../../drivers/ports.ts'
import { renderSmolfile } from '../../../drivers/smolvm/smolfile.ts'
import { createSmolvm } from '../../../drivers/smolvm/smolvm.ts'
import { execArgs, startArgs } from '../../../drivers/smolvm/args.ts'
import { createCaller } from '../../../drivers/smolvm/caller.ts'
import type { Caller } from '../../../drivers/smolvm/caller.ts'
import { createSmolvmHome, FAKE_SMOLVM } from '../../helpers/smolvm.ts'
import type { SmolvmHome } from '../../helpers/smolvm.ts'
import { suite } from '../../helpers/suite.ts'
import { createHangingFolder, noHangingFolder } from '../../files/hanging-folder.ts'
import { refuses } from '../../conformance/machines/bench.ts'

/** smolvm's rules beyond the promises of the port, on the stand-in, which follows the recordings. */
const test = suite('smolvm rules')

interface Bench {
  readonly home: SmolvmHome
  readonly machines: Machines
  readonly caller: Caller
  make(name: string, secrets?: Readonly<Record<string, string>>): Promise<void>
  calls(): Promise<readonly (readonly string[])[]>
}

const check = (title: string, body: (bench: Bench) => Promise<void>): void =>
  test(
    title,
    async () => {
      const home = await createSmolvmHome()
      const options = { path: FAKE_SMOLVM, env: home.env }
      const { machines } = createSmolvm(options)
      const bundleIp = '192.168.77.2'
      try {
        await body({
          home,
          machines,
          caller: createCaller(options),
          make: async (name, secrets = {}) => {
            const smolfile = join(home.folder, `${name}.toml`)
            await writeFile(smolfile, renderSmolfile({ env: { A: '1' }, bundleIp, secrets }))
            const none = { mount: undefined, cpus: undefined, memoryMiB: undefined, storageGiB: undefined }
            const source = { kind: 'bare' } as const
            await machines.create({ name, labels: {}, source, smolfile, env: {}, bundleIp, command: [], ...none })
          },
          calls: async () => {
            const log = await readFile(join(home.folder, '.local/share/smolvm-stand-in/calls.log'), 'utf8')
            return log
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line) as readonly string[])
          },
        })
      } finally {
        await home.remove()
      }
    },
    { deadlineMs: 60_000 },
  )

check('a refused stop is repeated', async ({ home, machines, make }) => {
  await make('bottle-a')
  await machines.start('bottle-a')
  await home.fault({ refuseStops: 2 })
  await machines.stop('bottle-a')
  assert.is((await machines.find('bottle-a'))?.state, 'stopped')
  assert.equal(await home.processes(), [])
})

check(
  'a machine that always refuses is killed, but only after three requests',
  async ({ home, machines, make, calls }) => {
    await make('bottle-a')
    await machines.start('bottle-a')
    await home.fault({ refuseStops: 1_000 })
    await machines.remove('bottle-a')
    assert.equal(await machines.list(), [])
    assert.equal(await home.processes(), [])
    const stops = (await calls()).filter(([, verb]) => verb === 'stop').length
    assert.ok(stops >= 4, `${stops} stops`)
  },
)

check(
  'a boot whose starter was killed continues unlisted, and a stop or a removal ends it',
  async ({ home, machines, caller, make }) => {
    for (const end of [machines.stop, machines.remove]) {
      await make('bottle-a')
      await home.fault({ bootMs: 30_000 })
      const starter = spawn(process.execPath, [FAKE_SMOLVM, ...startArgs('bottle-a')], {
        env: caller.env,
        stdio: 'ignore',
      })
      while ((await home.processes()).length === 0) await sleep(20)
      starter.kill('SIGKILL')
      await new Promise((resolve) => starter.on('close', resolve))
      assert.is((await home.processes()).length, 1)
      assert.is((await machines.find('bottle-a'))?.state, 'created')
      await end('bottle-a')
      assert.equal(await home.processes(), [])
      await machines.remove('bottle-a')
    }
  },
)

check('calls for one machine never overlap: the last request holds', async ({ home, machines, make }) => {
  await make('bottle-a')
  await home.fault({ bootMs: 300 })
  await Promise.all([
    machines.start('bottle-a'),
    machines.start('bottle-a'),
    machines.stop('bottle-a'),
    machines.start('bottle-a'),
  ])
  assert.is((await machines.find('bottle-a'))?.state, 'running')
  await Promise.all([machines.stop('bottle-a'), machines.remove('bottle-a')])
  assert.equal([await machines.list(), await home.processes()], [[], []])
})

check('a list does not wait for the boots of others', async ({ home, machines, make }) => {
  const names = Array.from({ length: 9 }, (_, index) => `bottle-${index}`)
  for (const name of names) await make(name)
  await home.fault({ bootMs: 3_000 })
  let over = false
  const starts = Promise.all(names.map((name) => machines.start(name))).then(() => (over = true))
  await machines.list()
  assert.is(over, false)
  await starts
})

check(
  'a missing secret is reported, its value is nowhere, and nothing runs without it',
  async ({ home, machines, make, calls, caller }) => {
    const file = join(home.folder, 'secret')
    await make('bottle-a', { TOKEN: file })
    await refuses('SecretUnavailable', () => machines.start('bottle-a'))
    assert.equal(await home.processes(), [])
    await writeFile(file, 'hunter2\n')
    await machines.start('bottle-a')
    assert.is((await caller.call(execArgs('bottle-a', ['printenv', 'TOKEN']))).stdout, 'hunter2\n')
    assert.not.match(JSON.stringify([await calls(), await machines.list()]), 'hunter2')
    for (const pid of await home.processes())
      assert.not.match(await readFile(`/proc/${pid}/environ`, 'utf8'), 'hunter2')
  },
)

check('a workspace arrives complete, without our own files', async ({ home, machines, make, caller }) => {
  const source = join(home.folder, 'repo')
  for (const file of ['a', 'sub/b c', '.bottled/record.json', 'sub/.bottled/x', '.git/config']) {
    await mkdir(dirname(join(source, file)), { recursive: true })
    await writeFile(join(source, file), file)
  }
  await make('bottle-a')
  await machines.start('bottle-a')
  await machines.copyIn('bottle-a', source, '/work/space')
  const { stdout } = await caller.call(execArgs('bottle-a', ['sh', '-c', 'cd /work/space && find . -type f | sort']))
  assert.is(stdout, './.git/config\n./a\n./sub/b c\n')
})

const OWNER = JSON.stringify({ version: 1, id: 'bottled-0123456789abcdef', path: '/elsewhere', machine: 'm' })
const RECORD = JSON.stringify({ version: 1, uid: 'u', name: 'web', identity: 'web', specHash: 's' })

check("a state folder of another name isn't copied, whoever's it is", async ({ home, machines, make, caller }) => {
  const source = join(home.folder, 'repo')
  const files: Readonly<Record<string, string>> = {
    a: 'a',
    'deep/st[a]te*/owner': OWNER,
    'deep/st[a]te*/bottles/web/ca.pem': 'secret',
    'deep/stae/kept': 'its name is what a pattern would take',
    'lost/bottles/web/record.json': RECORD,
    'lost/bottles/web/ca.pem': 'secret',
    'mine/owner': 'The owner of this part is Ann.',
    'mine/bottles/list.txt': 'wine',
  }
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(source, file)), { recursive: true })
    await writeFile(join(source, file), text)
  }
  await make('bottle-a')
  await machines.start('bottle-a')
  await machines.copyIn('bottle-a', source, '/work/space')
  const { stdout } = await caller.call(execArgs('bottle-a', ['sh', '-c', 'cd /work/space && find . -type f | sort']))
  assert.is(stdout, './a\n./deep/stae/kept\n./mine/bottles/list.txt\n./mine/owner\n')
  const error = await refuses('SourceRefused', () =>
    machines.copyIn('bottle-a', join(source, 'deep/st[a]te*'), '/work/more'),
  )
  assert.match(error.message, /is a controller's state folder/)
})

check('links in a workspace arrive as links, and no link leads to one', async ({ home, machines, make, caller }) => {
  const source = join(home.folder, 'repo')
  await mkdir(join(home.folder, 'private'))
  await writeFile(join(home.folder, 'private', 'key'), 'hunter2')
  await mkdir(source)
  await symlink(join(home.folder, 'private'), join(source, 'folder'))
  await symlink('../private/key', join(source, 'file'))
  await make('bottle-a')
  await machines.start('bottle-a')
  await machines.copyIn('bottle-a', source, '/work/space')
  const script = 'cd /work/space && find . -type l | sort && find . -type f'
  const { stdout } = await caller.call(execArgs('bottle-a', ['sh', '-c', script]))
  assert.is(stdout, './file\n./folder\n')
  await symlink(source, join(home.folder, 'link'))
  const error = await refuses('Busy', () => machines.copyIn('bottle-a', join(home.folder, 'link'), '/x'))
  assert.match(error.message, /leads to .* by now/)
  await symlink(home.folder, join(home.folder, 'around'))
  const through = join(home.folder, 'around', 'repo')
  assert.match((await refuses('Busy', () => machines.copyIn('bottle-a', through, '/x'))).message, /leads to/)
})

check('a missing tar is blamed on the host, not on the guest', async ({ home, machines, make }) => {
  const tools = join(home.folder, 'tools')
  await mkdir(tools)
  await symlink(process.execPath, join(tools, 'node'))
  await make('bottle-a')
  await machines.start('bottle-a')
  const bare = createSmolvm({ path: FAKE_SMOLVM, env: { ...home.env, PATH: tools } })
  const error = await refuses('SourceUnavailable', () => bare.machines.copyIn('bottle-a', home.folder, '/work'))
  assert.match(error.message, /this host can't run tar/)
})

check('a copy into a guest that takes nothing is ended, and the machine answers the next call', async (bench) => {
  const { home, make, machines } = bench
  const source = join(home.folder, 'repo')
  await mkdir(source)
  await writeFile(join(source, 'large'), Buffer.alloc(4 * 1024 * 1024, 1))
  await make('bottle-a')
  await machines.start('bottle-a')
  const impatient = createSmolvm({ path: FAKE_SMOLVM, env: home.env, deadlines: { stallMs: 1_500 } }).machines
  await home.fault({ stallCopies: true })
  const error = await refuses('Timeout', () => impatient.copyIn('bottle-a', source, '/workspace'))
  assert.match(String(error), 'nothing moved for 1.5 s: the guest takes nothing')
  assert.not(await machines.hasCopy('bottle-a', '/workspace'))
  await home.fault({ stallCopies: false })
  await machines.copyIn('bottle-a', source, '/workspace')
  assert.ok(await machines.hasCopy('bottle-a', '/workspace'))
})

check('a copy that moves slowly goes on beyond that time', async ({ home, make, machines }) => {
  const source = join(home.folder, 'repo')
  await mkdir(source)
  await writeFile(join(source, 'large'), Buffer.alloc(2 * 1024 * 1024, 1))
  await make('bottle-a')
  await machines.start('bottle-a')
  const path = join(home.folder, 'slow-smolvm')
  // As a guest on a slow disk: some of it at a time.
  await writeFile(
    path,
    `#!/bin/sh
case "$*" in
*' tar '*) while head -c 200000 | grep -q .; do sleep 0.4; done; exit 0;;
esac
exec ${FAKE_SMOLVM} "$@"
`,
    { mode: 0o755 },
  )
  const slow = createSmolvm({ path, env: home.env, deadlines: { stallMs: 2_500 } }).machines
  const begun = performance.now()
  await slow.copyIn('bottle-a', source, '/workspace')
  assert.ok(performance.now() - begun > 2_500, 'it took longer than a stall')
})

const noHanging = noHangingFolder()
const hanging = 'a workspace in which a mount hangs is blamed, and its tar ended'
if (noHanging === undefined)
  check(hanging, async ({ home, make, machines }) => {
    const source = join(home.folder, 'repo')
    const hangs = createHangingFolder()
    try {
      await mkdir(join(source, 'mounted'), { recursive: true })
      execFileSync('mount', ['--bind', hangs.path, join(source, 'mounted')])
      await make('bottle-a')
      await machines.start('bottle-a')
      const impatient = createSmolvm({ path: FAKE_SMOLVM, env: home.env, deadlines: { stallMs: 1_500 } }).machines
      const error = await refuses('Timeout', () => impatient.copyIn('bottle-a', source, '/workspace'))
      assert.match(String(error), `nothing moved for 1.5 s: ${source} can't be read on`)
    } finally {
      execFileSync('umount', ['-l', join(source, 'mounted')])
      hangs.remove()
    }
  })
else test.skip(hanging, noHanging)

check('named pipes and sockets in a workspace neither hang the copy nor feed it', async ({ home, make, machines }) => {
  const source = join(home.folder, 'repo')
  await mkdir(source)
  await writeFile(join(source, 'file'), 'content')
  execFileSync('mkfifo', [join(source, 'pipe')])
  await symlink('/dev/zero', join(source, 'zero'))
  await make('bottle-a')
  await machines.start('bottle-a')
  await machines.copyIn('bottle-a', source, '/workspace')
  assert.ok(await machines.hasCopy('bottle-a', '/workspace'))
})

check('a copy is synced to disk before its marker, and the marker before it counts', async (bench) => {
  const { home, machines, make, calls } = bench
  const source = join(home.folder, 'repo')
  await mkdir(source)
  await make('bottle-a')
  await machines.start('bottle-a')
  await machines.copyIn('bottle-a', source, '/workspace')
  const programs = (await calls()).flatMap((words) =>
    words.includes('exec') ? [words[words.indexOf('--') + 1] ?? ''] : [],
  )
  assert.equal(programs, ['mkdir', 'tar', 'sync', 'touch', 'sync'])
})

test("if smolvm quotes an unrelated line, the reason comes from the VMM's own log, if this start wrote it", async () => {
  const home = await createSmolvmHome()
  try {
    const path = join(home.folder, 'smolvm')
    const log = join(home.folder, 'agent-startup-error.log')
    const script = (writes: string): string =>
      `#!/bin/sh\ncase $2 in\nstart) ${writes} echo '{"error":{"code":"SMOLVM_ERROR","message":"agent operation failed: start machine: monitor agent: Then log out"}}' >&2; exit 1;;\ndata-dir) echo ${home.folder};;\nesac\n`
    const { machines } = createSmolvm({ path, env: home.env })
    await writeFile(path, script(`printf 'idle\\nError: KVM inaccessible to the VM process\\n' > ${log};`), {
      mode: 0o755,
    })
    const error = await refuses('VirtualizationUnavailable', () => machines.start('bottle-a'))
    assert.match(String(error), 'KVM inaccessible to the VM process')
    await utimes(log, 1, 1)
    await writeFile(path, script(''))
    await refuses('StartFailed', () => machines.start('bottle-a'))
  } finally {
    await home.remove()
  }
})

test("variables that change smolvm's behaviour are not inherited, and required ones are pinned", () => {
  const { env } = createCaller({
    path: 'smolvm',
    env: {
      PATH: '/bin',
      HOME: '/home/a',
      SMOLVM_EGRESS_FLOOR: 'strict',
      SMOLVM_PUBLISH_ADDR: '0.0.0.0',
      SMOLVM_MACHINE_NAME: 'other',
      SMOLVM_IMAGE_SEEDS: '1',
      ANTHROPIC_API_KEY: 'secret',
    },
  })
  assert.equal(env, {
    PATH: '/bin',
    HOME: '/home/a',
    SMOLVM_EGRESS_FLOOR: 'metadata',
    SMOLVM_IMAGE_SEEDS: '0',
    NO_COLOR: '1',
    RUST_LOG: 'error',
  })
})

test('the data folder is the one that smolvm uses', () => {
  const folder = (env: Readonly<Record<string, string>>): string => createCaller({ path: 'smolvm', env }).dataFolder
  assert.is(folder({ HOME: '/h' }), '/h/.local/share/smolvm')
  assert.is(folder({ HOME: '/h', XDG_DATA_HOME: '/x' }), '/x/smolvm')
  assert.is(folder({ HOME: '/h', XDG_DATA_HOME: 'relative' }), '/h/.local/share/smolvm')
  assert.is(folder({ HOME: '/h', XDG_DATA_HOME: '/x', SMOLVM_DATA_DIR: '/s' }), '/s/.local/share/smolvm')
})

test('a missing smolvm, another program of that name, and one that hangs are distinguished', async () => {
  const home = await createSmolvmHome()
  try {
    const ask = (path: string, callMs = 10_000): Promise<string> =>
      createSmolvm({ path, env: home.env, deadlines: { callMs } }).version()
    assert.is(await ask(FAKE_SMOLVM), '1.32.2')
    await refuses('Unavailable', () => ask(join(home.folder, 'missing')))
    await refuses('Unavailable', () => ask('bottled-no-such-smolvm'))
    const other = join(home.folder, 'other')
    await writeFile(other, '#!/bin/sh\necho "smolvm: tiny virtual machines 0.3"\n', { mode: 0o755 })
    await refuses('VersionUnsupported', () => ask(other))
    await writeFile(other, '#!/bin/sh\necho smolvm 1.28.0\n')
    await refuses('VersionUnsupported', () => ask(other))
    await writeFile(other, '#!/bin/sh\nexec sleep 30\n')
    await refuses('Timeout', () => ask(other, 300))
    await writeFile(other, '#!/bin/sh\necho "[]x"\n')
    await refuses('Failed', () => createSmolvm({ path: other, env: home.env }).machines.list())
  } finally {
    await home.remove()
  }
})

test.run()
