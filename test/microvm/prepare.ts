import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chooseAccel, qemuVersion } from './accel.ts'
import { startLab } from './lab.ts'
import type { Lab } from './lab.ts'
import { layPackage } from './package.ts'

const HERE = import.meta.dirname
const SETUP_MS = 240_000

/** A virtual host with the built package, its bundle's image and an agent's image ready for the user `agent`. */
export const prepareLab = async (): Promise<Lab> => {
  const host = execFileSync(join(HERE, 'build'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
  const accel = chooseAccel()
  console.log(`lab: ${qemuVersion()}, ${accel.name} (${accel.why})`)
  const begun = performance.now()
  const lab = await startLab({ host, accel })
  try {
    layPackage(lab.share)
    const setup = await lab.run(readFileSync(join(HERE, 'setup.sh'), 'utf8'), { timeoutMs: SETUP_MS })
    if (setup.code !== 0) throw new Error(`the virtual host could not be set up:\n${setup.stdout}${setup.stderr}`)
    console.log(`lab: ${setup.stdout.trim().split('\n').slice(-3).join(', ')}`)
    console.log(`lab: ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`)
    return lab
  } catch (error) {
    await lab.stop()
    throw error
  }
}
