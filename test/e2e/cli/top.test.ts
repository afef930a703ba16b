import { spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import type { Rig } from '../rig.ts'
import { scenarios } from '../scenario.ts'
import { cli } from '../../helpers/entry.ts'

/** What a bottle uses, on the real Docker Engine, its VM a process of the stand-in for smolvm. */
const test = scenarios('bottlectl top')

const top = (rig: Rig, ...argv: readonly string[]) => {
  const [program = '', ...args] = cli('bottlectl', '-d', rig.root, 'top', ...argv)
  const { status, stdout, stderr } = spawnSync(program, args, { env: rig.env, encoding: 'utf8', timeout: 120_000 })
  return { code: status, out: stdout, err: stderr }
}

test(
  'VM and bundle are measured, and sorted; what is not there is an error or left out',
  async (rig) => {
    rig.write('a.yaml', rig.bottle('a'))
    rig.start()
    await rig.ready('a')
    const name = rig.slug('a')
    const { code, out, err } = top(rig)
    assert.is(code, 0, err)
    const [header, ...lines] = out.trimEnd().split('\n')
    assert.match(header ?? '', /^NAME +PART +CPU\(cores\) +MEMORY\(bytes\) +DISK\(bytes\) +NET-IN +NET-OUT$/)
    assert.is(lines.length, 2)
    assert.match(lines[0] ?? '', new RegExp(`^${name} +machine +\\d+m +\\d+Mi +\\d+Mi +<unknown> +<unknown>$`))
    assert.match(lines[1] ?? '', new RegExp(`^${name} +bundle +\\d+m +[1-9]\\d*Mi +\\d+Mi +\\d+Mi +\\d+Mi$`))
    const { items } = JSON.parse(top(rig, 'bottles', name, '-o', 'json', '--sort-by', 'memory').out) as {
      readonly items: readonly { readonly usage: { readonly memoryBytes: number } }[]
    }
    assert.is(items.length, 2)
    assert.ok((items[0]?.usage.memoryBytes ?? 0) >= (items[1]?.usage.memoryBytes ?? Infinity))
    const missing = top(rig, 'nobody')
    assert.equal([missing.code, missing.out], [3, ''])
  },
  { deadlineMs: 300_000 },
)

test.run()
