import { access, constants, readFile, stat } from 'node:fs/promises'
import type { Check } from './check.ts'

/** /dev/kvm, as the user that VMs run as. */
export const kvm: Check = {
  name: 'kvm',
  ofVms: true,
  run: async ({ uid }) => {
    const device = await stat('/dev/kvm').catch(() => undefined)
    if (device === undefined) {
      const cpu = await readFile('/proc/cpuinfo', 'utf8').catch(() => '')
      const able = /\b(vmx|svm)\b/.test(cpu)
      return [
        {
          check: 'kvm',
          level: 'fail',
          instead: 'container',
          message: `/dev/kvm does not exist${able ? '' : ', and the processor reports no virtualization'}: VMs would be VirtualizationUnavailable`,
          command: able ? 'sudo modprobe kvm_intel || sudo modprobe kvm_amd' : 'bottled run --runtime container',
          hint: able
            ? 'or bottled run --runtime container, which needs no KVM'
            : 'for VMs enable virtualization in the firmware, or nested virtualization on the host of this VM',
        },
      ]
    }
    if (uid === 0 && (device.mode & 0o006) !== 0o006) {
      return [
        {
          check: 'kvm',
          level: 'warn',
          message: `/dev/kvm has mode ${(device.mode & 0o777).toString(8)}: as root smolvm runs each VM under its own uid, which is in the group of /dev/kvm only if smolvm adds it`,
          command: 'sudo chmod 0666 /dev/kvm',
          hint: 'or run as an ordinary user in the group kvm',
        },
      ]
    }
    const allowed = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    )
    return [
      allowed
        ? { check: 'kvm', level: 'ok', message: '/dev/kvm is usable' }
        : {
            check: 'kvm',
            level: 'fail',
            message: 'no permission to use /dev/kvm',
            command: 'sudo usermod -aG kvm "$USER"',
            hint: 'then log in again',
          },
    ]
  },
}
