import { agentBody, DEFAULTS } from '../../drivers/container/body.ts'
import { OWN_SHELL } from '../../drivers/container/scripts.ts'
import type { MachineRequest } from '../../drivers/ports.ts'

/** What would be asked of Docker for an agent's container; what only its creation tells is in angle brackets. Pure. */
export const agentRequest = (
  request: MachineRequest,
): { readonly to: 'docker'; readonly method: 'POST'; readonly path: string; readonly body: object } => {
  const { name, labels, env, bundleIp, mount, guestFolder, source, command, cpus, memoryMiB, container } = request
  const kept = {
    version: 1 as const,
    labels,
    env,
    secrets: {},
    bundleIp,
    parts: container ?? { networkId: '', ip: '', ports: [], image: '' },
    command: command.length > 0 ? command : ["<the image's command>"],
    shell: OWN_SHELL,
    mounts: { mount, ...(guestFolder === undefined ? {} : { guestFolder }) },
    image: source.kind === 'image' ? source.reference : '<imported from its source>',
    user: '',
    cpus: cpus ?? DEFAULTS.cpus,
    memoryMiB: memoryMiB ?? DEFAULTS.memoryMiB,
  }
  const body = agentBody(kept, { holder: '<id of the container of its seal>', folder: '<folder with its environment>' })
  return { to: 'docker', method: 'POST', path: `/containers/create?name=${name}`, body }
}
