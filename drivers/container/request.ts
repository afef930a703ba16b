import { parse } from 'smol-toml'
import { readFile } from 'node:fs/promises'
import { errnoOf } from '../errno.ts'
import { DriverError } from '../errors.ts'
import { isRecord } from '../json.ts'
import { messageOf } from '../message.ts'
import type { ContainerParts, MachineRequest } from '../ports.ts'

/** What of a request a container can be; `InvalidRequest` or `SourceUnavailable` else. */

/** As smolvm's names: both kinds have the same. */
const NAME = /^[A-Za-z0-9]([A-Za-z0-9_-]{0,126}[A-Za-z0-9_])?$/

export const requireRequest = (request: MachineRequest, operation: string): ContainerParts => {
  const { name, cpus = 1, memoryMiB = 64, storageGiB, container } = request
  const refuse = (detail: string, hint?: string): never => {
    throw new DriverError({ code: 'InvalidRequest', operation, detail, ...(hint === undefined ? {} : { hint }) })
  }
  if (!NAME.test(name) || name.includes('--')) refuse(`invalid machine name '${name}'`)
  if (cpus < 1 || memoryMiB < 64) refuse('its limits are too small: at least 1 processor and 64 MiB')
  requireNoStorage(storageGiB, operation)
  return container ?? refuse('nothing says what seals it')
}

export const requireNoStorage = (storageGiB: number | undefined, operation: string): void => {
  if (storageGiB === undefined) return
  throw new DriverError({
    code: 'InvalidRequest',
    operation,
    detail: "Docker can't bound the disk of a container",
    hint: 'leave spec.machine.storage out',
  })
}

/** The files of secrets that a Smolfile names: both kinds of machine get the same one. */
export const secretsIn = async (path: string, operation: string): Promise<Readonly<Record<string, string>>> => {
  const refuse = (detail: string): never => {
    throw new DriverError({ code: 'InvalidRequest', operation, detail })
  }
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new DriverError({ code: 'SourceUnavailable', operation, detail: `cannot read ${path}: ${errnoOf(error)}` })
  })
  let value: Record<string, unknown> = {}
  try {
    value = parse(text)
  } catch (error) {
    refuse(messageOf(error).replace(/\s+/g, ' '))
  }
  const strange = Object.keys(value).find((key) => !KNOWN.has(key))
  if (strange !== undefined) refuse(`unknown field ${strange} in ${path}`)
  requireNetwork(value['network'], refuse)
  const secrets = value['secrets'] ?? {}
  if (!isRecord(secrets)) return refuse('secrets is no table')
  return Object.fromEntries(
    Object.entries(secrets).map(([key, source]) => {
      const file = isRecord(source) ? source['from_file'] : undefined
      return [key, typeof file === 'string' && file.startsWith('/') ? file : refuse(`secret ${key} names no file`)]
    }),
  )
}

const KNOWN = new Set(['env', 'network', 'secrets'])

const requireNetwork = (network: unknown, refuse: (detail: string) => never): void => {
  if (network === undefined) return
  const keys = isRecord(network) ? Object.keys(network) : ['?']
  if (keys.some((key) => key !== 'allow_cidrs')) refuse('network says more than allow_cidrs')
  const cidrs = isRecord(network) ? network['allow_cidrs'] : undefined
  if (!Array.isArray(cidrs) || cidrs.some((cidr) => typeof cidr !== 'string' || !/^[\d.]+\/\d+$/.test(cidr)))
    refuse('network.allow_cidrs holds what is no CIDR')
}
