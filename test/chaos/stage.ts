import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BottleStatus } from '../../schemas/bottle.ts'
import {
  createContainer,
  createNetwork,
  inspectContainer,
  inspectNetwork,
  tagImage,
  untagImage,
} from '../e2e/engine.ts'
import type { Rig } from '../e2e/rig.ts'
import { createRig } from '../e2e/rig.ts'
import type { Intent, Words } from './intent.ts'
import { createIntent } from './intent.ts'
import type { Person } from './person.ts'
import { createPerson } from './person.ts'

/** A root with people who edit it, and a stranger's objects in the same Docker Engine. */
export interface Stage {
  readonly rig: Rig
  readonly intent: Intent
  readonly person: Person
  readonly words: Words
  readonly strange: Strange
  /** For each start of the controller. */
  readonly flags: readonly string[]
  readonly checks: Checks
  /** The last status of each document, by path and name. */
  readonly statuses: Map<string, BottleStatus>
  newMark(): number
  dispose(options?: { readonly keepFiles?: boolean }): Promise<void>
}

export interface Checks {
  readonly asked: Map<string, number>
  /** Deletions and moves that a kill in the middle of a write took back. */
  undone: number
}

export interface Strange {
  readonly names: readonly string[]
  /** What has changed; undefined if nothing. */
  changed(): Promise<string | undefined>
}

const FLAGS = ['--deletion-grace', '300ms', '--undo', '0', '--poll', '500ms', '--allow-mass-delete'] as const

export const createStage = async (options: { readonly checks: Checks }): Promise<Stage> => {
  const rig = await createRig()
  try {
    const second = { repo: `bottle-t-${rig.word}`, tag: 'two' }
    await tagImage(rig.image, second.repo, second.tag)
    const disks = join(rig.base, 'disks')
    for (const which of ['one', 'two']) {
      mkdirSync(join(disks, which), { recursive: true })
      writeFileSync(join(disks, which, 'which'), `${which}\n`)
    }
    const desk = join(rig.base, 'desk')
    mkdirSync(desk)
    const words: Words = {
      slug: rig.slug,
      bundle: (which) => (which === 'one' ? rig.image : `${second.repo}:${second.tag}`),
      disk: (which) => join(disks, which),
    }
    const intent = createIntent()
    let marks = 0
    return {
      rig,
      intent,
      words,
      person: createPerson({ root: rig.root, desk, intent, words }),
      strange: await createStrange(rig),
      flags: FLAGS,
      checks: options.checks,
      statuses: new Map(),
      newMark: () => (marks += 1),
      dispose: async (end) => {
        await rig.dispose(end)
        await untagImage(`${second.repo}:${second.tag}`)
      },
    }
  } catch (error) {
    await rig.dispose()
    throw error
  }
}

const createStrange = async (rig: Rig): Promise<Strange> => {
  const [network, container] = [`bottle-${rig.word}-stranger`, `bottle-${rig.word}-stranger-bundle`]
  await createNetwork(network, `10.98.${Number.parseInt(rig.word.slice(0, 2), 16)}.0/24`)
  await createContainer(container, rig.image, network)
  const look = async (): Promise<string> => {
    const [net, box] = [await inspectNetwork(network), await inspectContainer(container)]
    const { Id, Created, Name, Config, State, NetworkSettings } = box ?? {}
    return JSON.stringify([
      // The daemon reports a gateway that nobody asked for only after its next start.
      [net?.Id, net?.Created, net?.Labels, (net?.IPAM?.Config ?? []).map(({ Subnet }) => Subnet)],
      [Id, Created, Name, Config, State, Object.keys(NetworkSettings?.Networks ?? {})],
    ])
  }
  const before = await look()
  return {
    names: [network, container],
    changed: async () => {
      const now = await look()
      return now === before ? undefined : `a stranger's objects were ${before} but are ${now}`
    },
  }
}
