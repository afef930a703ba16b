import { compiledEgress } from '../../../reconcilers/derive/compiled-egress.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import type { Phase, Scenario, Stage } from '../stage.ts'
import { bottle } from './bottle.ts'

const BUNDLE = 'bottle-web-bundle'
const NPM: EgressPolicy = { presets: ['npm'] }
const CREDENTIAL: EgressPolicy = {
  allow: [{ host: 'api.example', credential: { secret: 'TOKEN', header: 'X-Key' } }],
}

const text = (egress: EgressPolicy | undefined): string =>
  [
    'agent: claude',
    'secrets: {TOKEN: {fromFile: ./token}}',
    ...(egress === undefined ? [] : [`egress: ${JSON.stringify(egress)}`]),
  ].join('\n')

const has =
  (egress: EgressPolicy | undefined) =>
  ({ world }: Stage): void => {
    const compiled = egress === undefined ? undefined : compiledEgress(egress)
    const wanted = compiled?.ok === true ? compiled.hash : undefined
    const { policy } = world.state.containers[BUNDLE] ?? {}
    world.guard.check(
      'boundary',
      policy?.hash === wanted,
      () => `the bundle has the policy ${policy?.hash}, not ${wanted}`,
    )
  }

const made = (egress: EgressPolicy): Phase => ({
  does: 'a bottle is made',
  act: (stage) => stage.write('web.yaml', bottle('web', text(egress))),
  expect: { web: 'Ready' },
  check: has(egress),
})
const edited = (does: string, egress: EgressPolicy | undefined): Phase => ({
  does,
  act: (stage) => stage.write('web.yaml', bottle('web', text(egress))),
  expect: { web: 'Ready' },
  check: has(egress),
})
const after = (does: string, act: (stage: Stage) => void, egress: EgressPolicy): Phase => ({
  does,
  act,
  expect: { web: 'Ready' },
  check: has(egress),
})

/** A bundle's policy: told, edited, forgotten by the bundle, refused. */
export const egressScenarios: readonly Scenario[] = [
  { name: 'egress-load', phases: [made(CREDENTIAL)] },
  {
    name: 'egress-edit',
    phases: [
      made(NPM),
      edited('more is allowed', { presets: ['npm', 'pypi'] }),
      {
        ...edited('a credential takes a secret from the guest', { presets: ['npm'], ...CREDENTIAL }),
        expect: { web: { phase: 'Stalled', reason: 'UpdatePending', vm: 'running' } },
      },
    ],
  },
  {
    name: 'egress-restart',
    phases: [
      made(NPM),
      after('the bundle is restarted', (stage) => stage.break({ do: 'restartContainer', name: BUNDLE }), NPM),
      after('the bundle dies', (stage) => stage.break({ do: 'killContainer', name: BUNDLE }), NPM),
      after(
        'bundle and VM die while no controller runs',
        (stage) => {
          stage.hold()
          stage.break({ do: 'restartContainer', name: BUNDLE })
          stage.break({ do: 'killMachine', name: 'bottle-web' })
          stage.revive()
        },
        NPM,
      ),
    ],
  },
  {
    name: 'egress-secret',
    phases: [
      made(CREDENTIAL),
      {
        does: 'the file of a secret is written again',
        act: (stage) => stage.break({ do: 'rebuild', path: '/root/token' }),
        expect: { web: 'Ready' },
        check: (stage) => {
          has(CREDENTIAL)(stage)
          const { loads } = loadsOf(stage)
          stage.world.guard.check('world', loads > 1, () => `the value was told ${loads} times`)
        },
      },
    ],
  },
  {
    name: 'egress-refused',
    phases: [
      made(NPM),
      {
        does: 'the bundle refuses an edit',
        act: (stage) => {
          stage.break({ do: 'refusePolicy', name: BUNDLE, reason: 'BadPolicy' })
          stage.write('web.yaml', bottle('web', text({ presets: ['pypi'] })))
        },
        expect: { web: { phase: 'Degraded', reason: 'PolicyNotLoaded', vm: 'running' } },
        busyMs: 120_000,
        check: has(NPM),
      },
      after('it takes it', (stage) => stage.break({ do: 'refusePolicy', name: BUNDLE, reason: undefined }), {
        presets: ['pypi'],
      }),
    ],
  },
  {
    name: 'egress-mute',
    phases: [
      {
        does: 'a bottle is made without egress, on an image that takes no policy',
        act: (stage) => {
          stage.break({ do: 'mute', image: 'bundle:1', isMute: true })
          stage.write('web.yaml', bottle('web', text(undefined)))
        },
        expect: { web: 'Ready' },
      },
      {
        does: 'egress is declared',
        act: (stage) => stage.write('web.yaml', bottle('web', text(NPM))),
        expect: { web: { phase: 'Stalled', reason: 'NotSupported', vm: 'stopped' } },
      },
      edited('egress is taken out', undefined),
    ],
  },
]

const loadsOf = ({ world }: Stage): { readonly loads: number } => ({
  loads: world.journal.entries.filter(({ port, verb }) => port === 'bundles' && verb === 'load').length,
})
