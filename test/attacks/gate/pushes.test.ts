import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { createGateRig } from '../../bundle/gate/gate-rig.ts'
import type { GateRig } from '../../bundle/gate/gate-rig.ts'
import { TOKEN } from '../../bundle/gate/upstream.ts'
import { bundleModules } from '../../conformance/proxy/modules.ts'
import { attacks } from '../attack.ts'
import type { Attack } from '../attack.ts'
import { NONE, packOf, rawPush } from './raw-push.ts'

/** What an agent may send to the git gate so that something else goes upstream than was judged, or the gate falls. */
const attack = attacks('gate/pushes')
const isListed = process.env['BOTTLED_ATTACKS'] === 'list'
const modules = bundleModules()
let rig: GateRig
let other: GateRig
let work = ''
let head = ''
let first = ''
let pack: Buffer = Buffer.alloc(0)

attack.before(async () => {
  if ('missing' in modules || isListed) return
  rig = await createGateRig(modules.path)
  await rig.gate.load([rig.repository({ push: ['agent/**', 'tags/v*'] })])
  work = await rig.clone('work')
  first = await rig.must(work, 'rev-parse', 'HEAD')
  head = await rig.commit(work, 'a.txt', 'a\n')
  pack = packOf(work, [head, `^${first}`])
})
attack.after(async () => {
  if ('missing' in modules || isListed) return
  await rig.close()
  await other?.close()
})

const add = (row: Omit<Attack, 'party' | 'enforcedBy'>, body: () => Promise<void>): void => {
  const whole = { party: 'agent', enforcedBy: 'bundle: git gate', ...row } as const
  if ('missing' in modules && !isListed) attack.skip(whole, modules.missing)
  else attack(whole, body, { deadlineMs: 120_000 })
}
/** Of a report, on a ref. */
const TAKEN = /[0-9a-f]{4}ok \S/
/** Upstream is as before, and the gate still serves. */
const leavesNothing = async (body: () => Promise<void>): Promise<void> => {
  const before = rig.upstream.branches()
  await body()
  assert.equal(rig.upstream.branches(), before)
  assert.match(await rig.must(rig.root, 'ls-remote', rig.repository().url), /refs\/heads\/trunk/)
}

add(
  {
    aim: 'pushes where it may not',
    way: 'commands by hand: names with .., control characters, another case, a branch called like a tag, HEAD, a ref twice, none at all',
    seen: 'each is refused, and upstream is as before; the same commands with an honest name are taken',
  },
  async () => {
    const refs = [
      'refs/heads/trunk',
      'refs/heads/agent/../trunk',
      'refs/heads/agent/x/../../trunk',
      'refs/heads/agent/x.lock',
      'refs/heads/agent/x\u0001',
      'refs/heads/agent/x\nrefs/heads/trunk',
      'refs/heads/agent/x refs/heads/trunk',
      'refs/heads/AGENT/x',
      'refs/heads/agent',
      'refs/heads/agentx/y',
      'refs/heads/refs/heads/trunk',
      'refs/remotes/agent/x',
      'refs/tags/agent/x',
      'refs/heads/tags/v1',
      'refs/replace/x',
      'refs//heads/trunk',
      'HEAD',
      'trunk',
      '../../../etc/passwd',
      `refs/heads/agent/${'a'.repeat(5_000)}`,
    ]
    await leavesNothing(async () => {
      for (const ref of refs) {
        const said = await rawPush(rig.address, { commands: [`${NONE} ${head} ${ref}`], pack })
        assert.not.match(said, TAKEN, ref)
      }
      // One honest ref beside another one, and one ref twice.
      const honest = `${NONE} ${head} refs/heads/agent/ok`
      for (const commands of [
        [honest, `${NONE} ${head} refs/heads/trunk`],
        [honest, `${NONE} ${first} refs/heads/agent/ok`],
        [honest, `${first} ${NONE} refs/heads/trunk`],
      ])
        assert.not.match(await rawPush(rig.address, { commands, pack }), TAKEN, commands.join())
      assert.not.match(await rawPush(rig.address, { commands: [], pack }), TAKEN)
    })
    const taken = await rawPush(rig.address, { commands: [`${NONE} ${head} refs/heads/agent/honest`], pack })
    assert.match(taken, /ok refs\/heads\/agent\/honest/)
    assert.is(rig.upstream.branches()['refs/heads/agent/honest'], head)
  },
)

/** A pack of these objects, with the count that it claims and a right sum at its end. */
const packBy = (claimed: number, ...objects: readonly (readonly [type: number, content: Buffer])[]): Buffer => {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0')
  header.writeUInt32BE(claimed, 8)
  const parts = objects.flatMap(([type, content]) => {
    const size: number[] = [(type << 4) | (content.length & 15)]
    for (let rest = content.length >> 4; rest > 0; rest >>= 7) {
      size[size.length - 1] = (size.at(-1) ?? 0) | 128
      size.push(rest & 127)
    }
    return [Buffer.from(size), deflateSync(content)]
  })
  const body = Buffer.concat([header, ...parts])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}
const idOf = (type: string, content: Buffer): string =>
  createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')

add(
  {
    aim: 'has the gate or upstream take objects that are not what they seem, or falls it',
    way: 'packs cut short, with a wrong sum, a wrong count, a tree or a parent missing, a tree with .git or .., a submodule that is an option, a blob that unpacks to 300 MiB',
    seen: "git's own checks refuse each, upstream is as before and the gate serves on",
  },
  async () => {
    const blob = Buffer.from('x\n')
    const entry = (mode: string, name: string, id: string): Buffer =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])
    const commitOn = (tree: string, ...parents: readonly string[]): Buffer =>
      Buffer.from(
        [
          `tree ${tree}`,
          ...parents.map((id) => `parent ${id}`),
          'author a <a@a> 1 +0000',
          'committer a <a@a> 1 +0000',
          '',
          'x\n',
        ].join('\n'),
      )
    const withTree = (tree: Buffer): readonly [string, Buffer] => {
      const commit = commitOn(idOf('tree', tree))
      return [idOf('commit', commit), packBy(3, [1, commit], [2, tree], [3, blob])]
    }
    const id = idOf('blob', blob)
    const orphan = commitOn('1'.repeat(40))
    const parentless = commitOn(await rig.must(work, 'rev-parse', `${first}^{tree}`), '2'.repeat(40))
    const bomb = Buffer.alloc(300 * 2 ** 20)
    const modules = Buffer.from('[submodule "a"]\n\tpath = a\n\turl = --upload-pack=touch /tmp/x\n')
    const moduleTree = entry('100644', '.gitmodules', idOf('blob', modules))
    const moduleCommit = commitOn(idOf('tree', moduleTree))
    const packs: readonly (readonly [what: string, commit: string, pack: Buffer])[] = [
      ['nothing', head, Buffer.alloc(0)],
      ['zeros', head, Buffer.alloc(300_000)],
      ['cut', head, pack.subarray(0, pack.length - 30)],
      ['a wrong sum', head, Buffer.concat([pack.subarray(0, pack.length - 20), Buffer.alloc(20)])],
      ['fewer than claimed', idOf('commit', orphan), packBy(4_000_000_000, [1, orphan])],
      ['more than claimed', idOf('commit', orphan), packBy(0, [1, orphan])],
      ['no tree', idOf('commit', orphan), packBy(1, [1, orphan])],
      ['no parent', idOf('commit', parentless), packBy(1, [1, parentless])],
      ['.git', ...withTree(entry('100644', '.git', id))],
      ['.GIT', ...withTree(entry('40000', '.GIT', id))],
      ['..', ...withTree(entry('100644', '..', id))],
      ['a name twice', ...withTree(Buffer.concat([entry('100644', 'a', id), entry('100644', 'a', id)]))],
      ['a path', ...withTree(entry('100644', 'a/b', id))],
      ['a submodule', idOf('commit', moduleCommit), packBy(3, [1, moduleCommit], [2, moduleTree], [3, modules])],
      ['a commit that is none', idOf('commit', blob), packBy(1, [1, blob])],
      ['a bomb', idOf('commit', orphan), packBy(2, [1, orphan], [3, bomb])],
    ]
    await leavesNothing(async () => {
      for (const [what, commit, bytes] of packs) {
        const commands = [`${NONE} ${commit} refs/heads/agent/odd`]
        const said = await rawPush(rig.address, { commands, pack: bytes })
        assert.not.match(said, TAKEN, what)
      }
    })
  },
)

add(
  {
    aim: "reads or pushes another bottle's objects",
    way: 'commits of a gate of another bottle, and of a push that was refused: fetched by their names, pushed by their names without being sent',
    seen: 'nothing of them is here: not our ref, or missing objects; upstream is as before',
  },
  async () => {
    if ('missing' in modules) return
    other = await createGateRig(modules.path)
    await other.gate.load([other.repository()])
    const theirs = await other.clone('work')
    const secret = await other.commit(theirs, 'secret.txt', 'theirs\n')
    await other.must(theirs, 'push', '--quiet', 'origin', `HEAD:refs/heads/agent/theirs`)
    // Kept out of upstream, by its own key.
    await rig.must(work, 'checkout', '--quiet', '-b', 'leak', 'origin/trunk')
    const refused = await rig.commit(work, 'own.txt', `${TOKEN}\n`)
    await rig.refused(work, /holds a secret of this bottle/, 'HEAD:refs/heads/agent/leak')
    await leavesNothing(async () => {
      const elsewhere = await rig.clone('elsewhere')
      for (const id of [secret, refused]) {
        const { code, text } = await rig.git(elsewhere, 'fetch', 'origin', id)
        assert.is.not(code, 0, text)
        assert.match(text, /not our ref|did not send|unadvertised object/)
        const said = await rawPush(rig.address, {
          commands: [`${NONE} ${id} refs/heads/agent/taken`],
          pack: packBy(0),
        })
        assert.not.match(said, TAKEN)
      }
    })
    // The same way with what is there: the mirror has this commit, so that nothing need be sent.
    const here = await rawPush(rig.address, {
      commands: [`${NONE} ${first} refs/heads/agent/same`],
      pack: packBy(0),
    })
    assert.match(here, /ok refs\/heads\/agent\/same/)
  },
)

attack.run()
