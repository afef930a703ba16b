import { createClock } from '../../controller/time/clock.ts'
import { createFolder } from '../../controller/folder/folder.ts'

/** Kills itself in the middle of a write: `crashing-rewrite.ts ROOT PATH STEP`. */
const [root = '', path = '', step = ''] = process.argv.slice(2)

const folder = createFolder({
  root,
  stateDir: `${root}/.bottled`,
  clock: createClock(),
  onStep: (each) => {
    if (each === step) process.kill(process.pid, 'SIGKILL')
  },
})
await folder.rewrite(path, (text) => `${text}status: new\n`)
