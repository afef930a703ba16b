import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { createSmolvmHome, FAKE_SMOLVM, releasedSmolvm } from '../../helpers/smolvm.ts'
import { suite } from '../../helpers/suite.ts'
import type { Case } from './cases.ts'
import { CASES, FILES } from './cases.ts'

/** If the stand-in and the released smolvm differ, the stand-in is wrong. */
const test = suite('the stand-in against smolvm as released')

interface Answer {
  readonly call: string
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Every call in order, in a new home, without the parts that can't be equal. */
const answers = async (path: string): Promise<readonly Answer[]> => {
  const home = await createSmolvmHome()
  try {
    for (const [name, text] of Object.entries(FILES)) {
      await mkdir(dirname(join(home.folder, name)), { recursive: true })
      await writeFile(join(home.folder, name), text)
    }
    const env = { ...home.env, NO_COLOR: '1', RUST_LOG: 'error', SMOLVM_IMAGE_SEEDS: '0' }
    return CASES.map((one) => {
      const args = one.args.map((word) => word.replaceAll('{}', home.folder))
      const { status, stdout, stderr } = spawnSync(path, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
      const plain = (bytes: Buffer): string => bytes.toString().replaceAll(home.folder, '{}').trimEnd()
      return {
        call: one.args.join(' '),
        exitCode: status,
        stdout: essence(plain(stdout), one),
        stderr: essence(status === 2 ? (plain(stderr).split('\n')[0] ?? '') : plain(stderr), one),
      }
    })
  } finally {
    await home.remove()
  }
}

/** The stand-in doesn't use smolvm's own folders; times differ; two TOML parsers have different error texts. */
const essence = (text: string, { toml }: Case): string => {
  const same = text
    .replaceAll('smolvm-stand-in', 'smolvm')
    .replace(/"created_at": \d+/g, '"created_at": 0')
    .replace(/Created: \S+Z/g, 'Created: then')
  return toml === true ? same.replace(/TOML parse error at .*$/s, 'TOML parse error') : same
}

const released = releasedSmolvm()
if ('path' in released) {
  test(
    'each call without a guest has the same answer',
    async () => {
      const [real, fake] = [await answers(released.path), await answers(FAKE_SMOLVM)]
      assert.ok(real.length > 60)
      for (const [index, answer] of real.entries()) assert.equal(fake[index], answer)
    },
    { deadlineMs: 120_000 },
  )
} else test.skip('each call without a guest has the same answer', released.missing)

test.run()
