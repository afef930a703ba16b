import { indexClaims } from '../../../reconcilers/derive/subnet.ts'
import type { Taken } from '../../../reconcilers/derive/subnet.ts'
import type { Survey } from '../../preview/survey.ts'
import { join } from 'node:path'
import { readOwn } from '../../../drivers/disk/read-own.ts'
import { isRecord, parseJson, valueAt } from '../../../drivers/json.ts'
import type { Metadata } from '../../../drivers/ports.ts'
import { CliError } from '../../print/cli-error.ts'
import type { Session } from '../../session/session.ts'
import { createGuestFolders } from '../../../drivers/disk/guest-folders.ts'
import { guestsFolder } from '../../policy/own-paths.ts'

/** Of the root, as its objects are labelled; before the first run a stand-in. */
export const ownerId = async (stateDir: string): Promise<string> => {
  const path = join(stateDir, 'owner')
  const text = await readOwn(path).catch(() => undefined)
  const id = text === undefined ? 'bottled-0000000000000000' : valueAt(parseJson(text), ['id'])
  if (typeof id === 'string') return id
  throw new CliError(`${path} can't be read as an owner file`, 'bottled run ROOT names what to do about it')
}

export const metadataOf = async (session: Session, identity: string): Promise<Metadata | undefined> => {
  const text = await readOwn(join(session.stateDir, 'bottles', identity, 'metadata.json')).catch(() => undefined)
  // The controller, too, takes one that is torn for none.
  const value = parseJson(text ?? '')
  return isRecord(value) ? (value as unknown as Metadata) : undefined
}

/** Subnets that are in use, or may not be. */
export const claimsOf = (
  { networks, routes }: Survey,
  records: readonly { readonly name: string; readonly subnet?: string }[],
  excluded: readonly string[],
): Taken =>
  indexClaims([
    ...records.flatMap(({ name, subnet }) => (subnet === undefined ? [] : [{ cidr: subnet, by: `bottle/${name}` }])),
    ...networks.flatMap(({ name, subnets }) => subnets.map((cidr) => ({ cidr, by: `network ${name}` }))),
    ...routes.map(({ cidr, device }) => ({ cidr, by: `the route ${cidr} over ${device}` })),
    ...excluded.map((cidr) => ({ cidr, by: '--exclude-subnet' })),
  ])

/** Where a guest of this root would find what it trusts. */
export const guestFolderOf = ({ env }: Session, owner: string): ((identity: string) => string) =>
  createGuestFolders({ base: guestsFolder(env), owner }).path
