import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createContainerMachines } from '../../drivers/container/machines.ts'
import { createContainerSeals } from '../../drivers/container/seals/engine-seals.ts'
import { createDisk } from '../../drivers/disk/disk.ts'
import { createDocker } from '../../drivers/docker/docker.ts'
import { removeContainer } from '../../drivers/docker/ending.ts'
import { median } from '../measurement.ts'
import type { Measurement } from '../measurement.ts'

/**
 * Create → the agent's process runs, on the real Engine, compared with the two bare containers of it: as `docker run` makes them, one
 * in the network of the other, from the same image. In turns, from nothing each time; the end is the time that the Engine gives the
 * first line of the agent.
 */
const TIMES = 15

export const measureContainer = async (): Promise<readonly Measurement[]> => {
  const image = process.env['BENCH_HOLDER_IMAGE']
  if (image === undefined || image === '') {
    process.stderr.write(
      'container is skipped: no Docker Engine answers here, or no image with nft and node can be made\n',
    )
    return []
  }
  const word = randomBytes(4).toString('hex')
  const folder = mkdtempSync(join(tmpdir(), `bottle-t-${word}-`))
  const smolfile = join(folder, 'smolfile.toml')
  writeFileSync(smolfile, '')
  const { connection, networks } = createDocker({ host: undefined, env: process.env })
  const seals = createContainerSeals(connection)
  const held: number[] = []
  const hold: typeof seals.hold = async (...asked) => {
    const began = performance.now()
    const result = await seals.hold(...asked)
    held.push(performance.now() - began)
    return result
  }
  const machines = createContainerMachines({
    connection,
    seals: { ...seals, hold },
    kept: join(folder, 'containers'),
    folders: join(folder, 'agents'),
    disk: createDisk({ within: folder }),
    path: process.env['PATH'] ?? '',
    nowMs: Date.now,
  })
  const subnet = `192.168.${200 + Math.floor(Math.random() * 50)}`
  const { id: networkId } = await networks.create({
    name: `bottle-t-${word}`,
    subnet: `${subnet}.0/24`,
    gateway: `${subnet}.1`,
    ipRange: `${subnet}.128/25`,
    mtu: undefined,
    joined: true,
    labels: { 'dev.bottled.test': word },
  })
  const post = async <T>(path: string, query: object, body: object): Promise<T> =>
    JSON.parse(
      (
        await connection.request({
          operation: `bench ${path}`,
          doing: 'create',
          method: 'POST',
          path,
          query: query as Readonly<Record<string, unknown>>,
          body,
          accept: [304],
        })
      ).body.toString() || '{}',
    ) as T

  /** When the Engine had its first line, in ms since 1970. */
  const firstLine = async (name: string): Promise<number> => {
    for (let tries = 0; tries < 3_000; tries++) {
      const asked = {
        operation: 'read the log',
        doing: 'read',
        method: 'GET',
        path: `/containers/${name}/logs`,
      } as const
      const { body } = await connection.request({ ...asked, query: { stdout: true, timestamps: true } })
      const at = /(\d{4}-\d\d-\d\dT[\d:.]+Z) up/.exec(body.toString('latin1'))?.[1]
      if (at !== undefined) return Date.parse(at)
      await sleep(10)
    }
    throw new Error(`${name} says nothing`)
  }
  const command = ['/bin/sh', '-c', 'echo up; read word']
  const labels = { 'dev.bottled.test': word, 'dev.bottled.owner': word, 'dev.bottled.uid': word }

  const own = async (name: string): Promise<number> => {
    const began = Date.now()
    await machines.create({
      name,
      labels,
      env: {},
      source: { kind: 'image', reference: image },
      command,
      bundleIp: `${subnet}.2`,
      cpus: 1,
      memoryMiB: 256,
      storageGiB: undefined,
      mount: undefined,
      smolfile,
      container: { networkId, ip: `${subnet}.3`, ports: [8888], image },
    })
    await machines.start(name)
    const ended = await firstLine(name)
    await machines.remove(name)
    return ended - began
  }
  const bare = async (name: string): Promise<number> => {
    const began = Date.now()
    const made = async (suffix: string, body: object): Promise<string> => {
      const { Id } = await post<{ readonly Id: string }>(
        '/containers/create',
        { name: `${name}${suffix}` },
        { Image: image, Cmd: command, OpenStdin: true, Labels: labels, ...body },
      )
      await post(`/containers/${Id}/start`, {}, {})
      return Id
    }
    const holder = await made('-seal', { HostConfig: { NetworkMode: networkId } })
    const agent = await made('', { HostConfig: { NetworkMode: `container:${holder}` } })
    const ended = await firstLine(name)
    for (const id of [agent, holder]) await removeContainer(connection, { id, operation: 'end a bench' })
    return ended - began
  }
  const name = `bottle-t-${word}`
  const [ours, theirs] = [[] as number[], [] as number[]]
  try {
    for (let round = 0; round < TIMES; round++) {
      ours.push(await own(name))
      theirs.push(await bare(name))
    }
  } finally {
    await machines.remove(name)
    await networks.remove(networkId)
    rmSync(folder, { recursive: true, force: true })
  }
  return [
    {
      name: 'container: create to runs',
      unit: 'ms',
      value: median(ours),
      floor: median(theirs),
      budget: 1.3,
      note: `${TIMES} in turns; of it the seal: its holder started, loaded, tried and listed, ${Math.round(median(held))} ms`,
    },
  ]
}
