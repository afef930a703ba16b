import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openParsedFiles } from '../../../cli/run/parsed.ts'
import { createLogger } from '../../../controller/report/log.ts'
import { createClock } from '../../../controller/time/clock.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what a run keeps of parsed files')
const log = createLogger({ format: 'json', level: 'error', terminal: false, write: () => undefined })

test('the key is made in a home that is there; no home is made, and without one all files are parsed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-parsed-'))
  const home = join(folder, 'home')
  const open = async (): Promise<boolean> => {
    const options = { stateDir: join(folder, 'state'), disk: createDisk(), clock: createClock(), log }
    const parsed = await openParsedFiles({ ...options, env: { HOME: home } })
    await parsed?.stop()
    return parsed !== undefined
  }
  try {
    assert.is(await open(), false)
    assert.is(existsSync(home), false)
    mkdirSync(home)
    assert.is(await open(), true)
    assert.is(existsSync(join(home, '.local/state/bottled/keys/parsed')), true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.run()
