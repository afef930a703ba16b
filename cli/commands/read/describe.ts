import { asksOf } from '../../bottles/asks.ts'
import { loadBottles, recordOf } from '../../bottles/bottles.ts'
import { policyOfSpec } from '../../egress/bottle-policy.ts'
import type { recentDenials } from '../../inside/recent-denials.ts'
import { withGrants } from '../../../reconcilers/derive/granted.ts'
import { defineCommand } from '../../verb/command.ts'
import { loadEvents } from '../../bottles/event-list.ts'
import { objectOf } from '../../bottles/object.ts'
import { describeBottle } from '../../views/describe.ts'
import { labelSelector } from '../../bottles/select.ts'
import { namesOf, notFound } from '../../bottles/target.ts'
import { noteController } from './get.ts'

interface DescribeOptions {
  readonly selector?: string
  readonly showEvents: boolean
  readonly dockerHost?: string
}

/** Loaded where it is needed: most reads ask no Engine. */
const denialsOf: typeof recentDenials = async (...given) =>
  (await import('../../inside/recent-denials.ts')).recentDenials(...given)

export const describe = defineCommand<DescribeOptions>({
  name: 'describe',
  summary: 'show one bottle in full: spec, conditions, events',
  arguments: '<type> [name...]',
  completes: 'kind-names',
  details:
    'Show one bottle in full: spec, problems, conditions, events. With spec.egress also what may be reached, and what was denied in the last hour, as its bundle recorded it; with spec.supervise what its agent asks.',
  examples: [
    'bottlectl describe bottle researcher',
    'bottlectl describe bottle/researcher',
    'bottlectl describe bottles -l team=search',
  ],
  options: [
    { flags: '-l, --selector <labels>', description: 'label selector', completes: 'labels' },
    { flags: '--no-show-events', description: 'leave out the events' },
    { flags: '--docker-host <url>', description: 'unix socket of the Docker Engine' },
  ],
  run: async ({ session, args, options }) => {
    const names = namesOf(args)
    const loaded = await loadBottles(session)
    const select = options.selector === undefined ? () => true : labelSelector(options.selector)
    const found = loaded.bottles.filter(
      (bottle) => (names.length === 0 || names.includes(bottle.name)) && select(bottle),
    )
    const events = options.showEvents ? await loadEvents(session.stateDir) : []
    const now = session.clock.now()
    const texts = await Promise.all(
      found.map(async (view) => {
        const record = await recordOf(session, view)
        const own = events.filter(({ object }) => object === `bottle/${view.name}`)
        const { grants } = record ?? {}
        const egress = view.valid ? policyOfSpec(withGrants(view.spec, grants))?.policy : undefined
        const denials =
          egress === undefined || record === undefined ? undefined : await denialsOf(session, view, options.dockerHost)
        const asks = view.spec.supervise === true ? await asksOf(session.stateDir, record) : undefined
        return describeBottle({ view, object: objectOf(view, record), events: own, now, egress, grants, denials, asks })
      }),
    )
    session.out(texts.join('\n\n'))
    if (names.length === 0 && found.length === 0) session.say(`No resources found in ${session.root}.`)
    if (found.length > 0) await noteController(session)
    const missing = names.filter((name) => !loaded.bottles.some((bottle) => bottle.name === name))
    return missing.reduce((_, name) => session.complain(notFound(name, loaded.bottles)), 0)
  },
})
