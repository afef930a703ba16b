/**
 * Faults that would open a sealed VM, and the test that fails for each.
 *
 * Assumptions: `change` names a text that its file has once; a fault that no longer applies is a failure, not a pass.
 */
export interface Fault {
  /** A sentence about the product with the fault in it. */
  readonly fault: string
  readonly file: string
  readonly change: readonly [from: string, to: string]
  /** The test file that must notice it, and the title, or a part of it, of the test that fails. */
  readonly noticedBy: readonly [file: string, title: string]
}

const WORDS = 'test/drivers/smolvm/words.test.ts'
const ENGINE = 'test/bundle/engine/srt.test.ts'

export const FAULTS: readonly Fault[] = [
  {
    fault: 'the VM asks the resolver of the host: --dns is dropped',
    file: 'drivers/smolvm/args.ts',
    change: ["  '--dns',\n  request.bundleIp,\n", ''],
    noticedBy: [WORDS, 'no source goes without net, backend, resolver and an allow list'],
  },
  {
    fault: 'a VM with another resolver than its bundle is left running',
    file: 'reconcilers/machine/seal.ts',
    change: ['found.dns !== bundleIp', 'found.dns === undefined'],
    noticedBy: [
      'test/reconcilers/machine/seal.test.ts',
      'each way in which a VM can differ from what was asked is said',
    ],
  },
  {
    fault: 'the VM reaches the neighbours of its bundle: allow_cidrs is a /24',
    file: 'drivers/smolvm/smolfile.ts',
    change: ['`${bundleIp}/32`', '`${bundleIp}/24`'],
    noticedBy: ['test/drivers/smolvm/smolfile.test.ts', 'without secrets there are only env and the allow list'],
  },
  {
    fault: 'the same, for a VM from an artifact',
    file: 'drivers/smolvm/args.ts',
    change: ["'--allow-cidr',\n        `${bundleIp}/32`", "'--allow-cidr',\n        `${bundleIp}/24`"],
    noticedBy: [WORDS, 'an artifact excludes the Smolfile'],
  },
  {
    fault: 'the same, for a VM that is sealed again',
    file: 'drivers/smolvm/args.ts',
    change: [
      "'--reset-allow-list', '--allow-cidr', `${bundleIp}/32`",
      "'--reset-allow-list', '--allow-cidr', `${bundleIp}/24`",
    ],
    noticedBy: [WORDS, 'a VM is sealed again to its bundle alone, and to no host by its name'],
  },
  {
    fault: 'the VM has no network of its own: its backend is left to TSI',
    file: 'drivers/smolvm/args.ts',
    change: ["  '--net-backend',\n  'virtio-net',\n", ''],
    noticedBy: [WORDS, 'no source goes without net, backend, resolver and an allow list'],
  },
  {
    fault: 'the VM is started before its bundle has a policy',
    file: 'reconcilers/index.ts',
    change: ['bundle, egress, machine]', 'bundle, machine, egress]'],
    noticedBy: ['test/reconcilers/egress.test.ts', 'the policy is loaded before the VM is made, and once'],
  },
  {
    fault: 'the VM is started though the policy could not be loaded',
    file: 'reconcilers/egress.ts',
    change: ['        : blocked\n', '        : settled()\n'],
    noticedBy: ['test/reconcilers/egress.test.ts', 'without its source a secret keeps the policy from being loaded'],
  },
  {
    fault: 'the VM is started though the bundle has taken another policy',
    file: 'drivers/told-bundles.ts',
    change: ["outcome.kind === 'loaded' && outcome.hash !== hash", 'false'],
    noticedBy: ['test/drivers/told-bundles.test.ts', 'an answer with another hash is no load'],
  },
  {
    fault: 'what is judged is one look-up, and what is used another',
    file: 'bundle/guard/guard.ts',
    change: ['if (usable.length > 0) return usable', 'if (usable.length > 0) return setting.lookUp(target.host)'],
    noticedBy: ['test/bundle/guard/guard.test.ts', 'a name is looked up once, and what was judged is what is used'],
  },
  {
    fault: 'the engine asks for the addresses twice, and connects to the second answer',
    file: 'bundle/engine/srt.ts',
    change: [
      '    resolve({ host, port }).then(\n',
      '    resolve({ host, port }).then(() => resolve({ host, port })).then(\n',
    ],
    noticedBy: [ENGINE, 'the answer of one look-up is what is connected to'],
  },
  {
    fault: 'a tunnel that is passed through is dialled by its name',
    file: 'bundle/engine/passthrough.ts',
    change: [
      'connect({ ...target, timeout: DIAL_MS })',
      'connect({ host: target.host, port: target.port, timeout: DIAL_MS })',
    ],
    noticedBy: [ENGINE, 'a tunnel that is passed through ends at the server itself, and is not decided'],
  },
  {
    fault: 'a WebSocket is dialled by its name',
    file: 'bundle/engine/websocket.ts',
    change: ['    lookup,\n    agent: false,\n', '    agent: false,\n'],
    noticedBy: [ENGINE, 'a WebSocket to where nothing may be connected to is told so'],
  },
  {
    fault: 'a decision that fails lets the request through',
    file: 'bundle/engine/fail-closed.ts',
    change: [
      "return { kind: 'deny', status: 503, reason: UNAVAILABLE, text: head.json ? JSON.stringify({ error: TEXT }) : TEXT }",
      "return { kind: 'allow', set: [] }",
    ],
    noticedBy: ['test/bundle/engine/fail-closed.test.ts', 'any other verdict denies by 503, and so does none in time'],
  },
  {
    fault: 'a bundle that was told no policy lets everything through',
    file: 'bundle/guard/guard.ts',
    change: [
      "return denied(head, { status: 503, reason: 'PolicyNotLoaded', text: NO_POLICY })",
      "return { kind: 'allow', set: [] }",
    ],
    noticedBy: ['test/bundle/guard/guard.test.ts', 'without a policy everything is denied'],
  },
  {
    fault: 'a policy that could not be taken up whole stays in force',
    file: 'bundle/service/service.ts',
    change: ['      await unload()\n      throw error', '      throw error'],
    noticedBy: ['test/bundle/service/service.test.ts', 'a load that fails after it was taken up leaves nothing loaded'],
  },
]
