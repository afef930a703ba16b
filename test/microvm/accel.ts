import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Chooses the virtualisation of the virtual host.
 *
 * Guarantees: `kvm` only if QEMU really starts a machine with it and the CPU passes virtualisation on to guests.
 * Caveats: /dev/kvm may exist and accept open() where neither holds; emulation always works and is slow.
 */
export interface Accel {
  readonly name: 'kvm' | 'tcg'
  readonly why: string
  readonly args: readonly string[]
}

const TCG_ARGS = ['-accel', 'tcg,thread=multi,tb-size=1024', '-cpu', 'EPYC,+svm,+npt']
const KVM_ARGS = ['-accel', 'kvm', '-cpu', 'host']

export const emulated = (why: string): Accel => ({ name: 'tcg', why, args: TCG_ARGS })

/** BOTTLED_LAB_ACCEL=kvm|tcg decides without a trial. */
export const chooseAccel = (): Accel => {
  const wanted = process.env['BOTTLED_LAB_ACCEL']
  if (wanted === 'tcg') return emulated('BOTTLED_LAB_ACCEL asks for it')
  if (wanted === 'kvm') return { name: 'kvm', why: 'BOTTLED_LAB_ACCEL asks for it', args: KVM_ARGS }
  const fault = nestingMissing() ?? trialFailed()
  return fault === undefined ? { name: 'kvm', why: 'it works and can be nested', args: KVM_ARGS } : emulated(fault)
}

const nestingMissing = (): string | undefined => {
  const flags = /^flags\s*:.*$/m.exec(read('/proc/cpuinfo'))?.[0] ?? ''
  const module = / svm( |$)/.test(flags) ? 'kvm_amd' : / vmx( |$)/.test(flags) ? 'kvm_intel' : undefined
  if (module === undefined) return 'the CPU shows no svm or vmx'
  const nested = read(`/sys/module/${module}/parameters/nested`).trim()
  return /^[1Yy]$/.test(nested) ? undefined : `${module} does not nest (nested=${nested || 'unknown'})`
}

/** A machine without disk, stopped at its first instruction: only KVM itself must work. */
const trialFailed = (): string | undefined => {
  const trial = spawnSync(
    'qemu-system-x86_64',
    ['-machine', 'q35', ...KVM_ARGS, '-nodefaults', '-display', 'none', '-S', '-qmp', 'stdio'],
    {
      input: '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n',
      timeout: 20_000,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
    },
  )
  if (trial.status === 0) return undefined
  const said =
    trial.stderr.split('\n').find((line) => /kvm|msr/i.test(line)) ?? trial.signal ?? `exit ${String(trial.status)}`
  return `a trial of KVM failed: ${said}`
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The version of QEMU, for the report. */
export const qemuVersion = (): string =>
  execFileSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? ''
