import type { Scenario, Stage } from './stage.ts'

/**
 * A scenario whose agents run in containers, as `bottled run --runtime container` makes them. Pure.
 *
 * Caveats: a container needs an image; bottles that name none are given one as they are written.
 */
export const contained = (scenario: Scenario): Scenario => ({
  ...scenario,
  name: `${scenario.name}${SUFFIX}`,
  options: { ...scenario.options, ...IN_CONTAINERS },
  phases: scenario.phases.map((phase) => ({
    ...phase,
    ...(phase.act === undefined ? {} : { act: (stage: Stage) => phase.act?.(onStage(stage)) }),
  })),
})

/** Of their names. */
export const SUFFIX = '/container'

const IN_CONTAINERS = { runtime: 'container' } as const

/** People write images there, and whoever starts the controller names the runtime each time. */
const onStage = (stage: Stage): Stage =>
  new Proxy(stage, {
    get: (target, key, receiver) => {
      const overrides: Partial<Stage> = {
        write: (path, text, how) => target.write(path, withImages(text), how),
        edit: (path, change, how) => target.edit(path, (text) => withImages(change(text)), how),
        // Of the machines that are there.
        break: (change) => target.break(change.do === 'trySeal' ? { ...change, from: 'container' } : change),
      }
      return Reflect.get(key in overrides ? overrides : target, key, receiver) as unknown
    },
    set: (target, key, value: unknown) =>
      Reflect.set(target, key, key === 'options' ? { ...(value as object), ...IN_CONTAINERS } : value),
  })

const IMAGE = 'image: "box:1"'

/** Of the Bottles that `bottle` writes, which have block style down to `spec`, and `machine` on a line; or of one in JSON. */
const withImages = (text: string): string =>
  text
    .replace(/^ {2}"spec": \{$/m, `$&\n    "machine": {"image": "box:1"},`)
    .split(/^(?=---$)/m)
    .map((document) => {
      if (!/^kind: Bottle$/m.test(document) || /^ {2}machine: .*\b(image|runtime):/m.test(document)) return document
      if (/^ {2}machine: \{/m.test(document)) return document.replace(/^ {2}machine: \{/m, `$&${IMAGE}, `)
      return document.replace(/^spec:$/m, `$&\n  machine: {${IMAGE}}`)
    })
    .join('')
