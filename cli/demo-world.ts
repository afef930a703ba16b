import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createDocker } from '../drivers/docker/docker.ts'
import { removeContainer } from '../drivers/docker/ending.ts'
import { messageOf } from '../drivers/message.ts'
import { sendBreak } from '../drivers/simulated/world-file.ts'
import { worldPath } from '../drivers/simulated/simulation.ts'
import { ownBundle } from '../reconcilers/derive/own-bundle.ts'
import { packageVersion } from './verb/version.ts'

/** On what the demo is played. */
export interface DemoWorld {
  /** Of `bottled run`. */
  readonly flags: readonly string[]
  /** Of each bottle's spec. */
  readonly spec: string
  readonly patienceMs: number
  /** The demo's text, as it is true of this world. */
  words(text: string): string
  killBundle(name: string): Promise<void>
  removeMachine(name: string): Promise<void>
  /** Nothing of these bottles is left. */
  isEmpty(): Promise<boolean>
  /** Run by `bottlectl exec` in the first bottle; undefined: there is nothing to run it. */
  readonly tries: readonly string[] | undefined
}

/** In memory, and in a file below the root. */
export const simulatedWorld = (root: string): DemoWorld => {
  const world = worldPath(`${root}/.bottled`)
  return {
    flags: ['--simulate'],
    spec: '',
    patienceMs: 10_000,
    words: (text) => text,
    killBundle: (name) => sendBreak(world, { do: 'killContainer', name: `bottle-${name}-bundle` }),
    removeMachine: (name) => sendBreak(world, { do: 'deleteMachine', name: `bottle-${name}` }),
    isEmpty: async () => {
      const records = await readFile(world, 'utf8').catch(() => '{}')
      const { networks = {}, containers = {}, machines = {} } = JSON.parse(records) as Record<string, object>
      return Object.keys({ ...networks, ...containers, ...machines }).length === 0
    },
    tries: undefined,
  }
}

/**
 * On this host's Docker, with agents in containers behind the real bundle. The bundle's image is the agent's, too: it has what the demo
 * runs, and no registry is needed.
 *
 * Guarantees: every object has a random word in its name. A word: why it can't be played, with the next command.
 */
export const dockerWorld = async (bundleImage = ownBundle(packageVersion())): Promise<DemoWorld | string> => {
  const { connection, containers, networks, images } = createDocker({ host: undefined, env: process.env })
  const has = await images.has(bundleImage).catch(messageOf)
  if (typeof has === 'string') return `Docker is not usable: ${has}; bottled doctor --runtime container says what to do`
  if (!has)
    return `the image ${bundleImage} is not built yet: npm ci --ignore-scripts && npm run build && npm link && bottled bundle build`
  const tag = `demo-${randomBytes(3).toString('hex')}`
  const idOf = async (name: string): Promise<string> => (await containers.find(name))?.id ?? ''
  return {
    flags: ['--runtime', 'container', '--bundle-image', bundleImage],
    spec: `  machine: {image: "${bundleImage}", memory: 256, command: [sleep, "100000"]}\n`,
    patienceMs: 180_000,
    words: (text) =>
      text
        .replaceAll(/\b(researcher|reviewer)\b/g, `${tag}-$1`)
        .replaceAll(/\bVM(s?)\b/g, 'container$1')
        .replaceAll('sealed microVMs', 'sealed containers')
        .replace('This demo uses stand-ins: no Docker, no KVM.', 'This demo uses the Docker of this host.'),
    killBundle: async (name) => {
      const path = `/containers/${await idOf(`bottle-${name}-bundle`)}/kill`
      await connection.request({ operation: `kill the bundle of ${name}`, doing: 'remove', method: 'POST', path })
    },
    removeMachine: async (name) =>
      removeContainer(connection, { id: await idOf(`bottle-${name}`), operation: `remove the agent of ${name}` }),
    isEmpty: async () => {
      const all = [...(await containers.list()), ...(await networks.list())]
      return !all.some(({ name }) => name.startsWith(`bottle-${tag}-`))
    },
    tries: ['node', '-e', TRIES],
  }
}

/** Connects to where an agent has no way to, and to its proxy. */
const TRIES = `
const {connect} = require('node:net'), [host] = new URL(process.env.HTTP_PROXY).host.split(':');
const tried = (what, ip, port) => new Promise((done) => {
  const end = (said) => { console.log('   ' + what + ' ' + ip + ':' + port + ': ' + said); socket.destroy(); done() };
  const socket = connect({host: ip, port, timeout: 5000}, () => end('connected'));
  socket.on('error', ({code}) => end(code)).on('timeout', () => end('no answer'));
});
(async () => {
  await tried('this host', host.replace(/2$/, '1'), 22);
  await tried('the resolver of Docker', '127.0.0.11', 53);
  await tried('an address outside', '1.1.1.1', 443);
  await tried('its proxy', host, 8888);
})();
`
