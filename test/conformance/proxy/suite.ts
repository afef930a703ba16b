import type { Suite } from '../../helpers/suite.ts'
import { clientTests } from './clients.ts'
import { createContext } from './context.ts'
import { failureTests } from './failures.ts'
import { requestTests } from './requests.ts'
import type { CreateEngine } from './stage.ts'
import { tunnelTests } from './tunnels.ts'
import { underWayTests } from './under-way.ts'
import { webSocketTests } from './websockets.ts'
import { wireTests } from './wire.ts'

/**
 * What every proxy engine must do, whatever it is made of: the traps that engines fell into when they were tried.
 *
 * Assumptions: `create` gives an engine that fails closed. Servers and clients are on loopback.
 */
export const proxySuite = (test: Suite, create: CreateEngine): void => {
  const context = createContext(test, create)
  requestTests(context)
  requestTests({
    ...context,
    title: (text, body, add) =>
      context.title(
        `where a WebSocket may be asked for: ${text}`,
        (on) => {
          context.script({ open: ({ host }) => ({ kind: 'upgradable', host: host.toLowerCase() }) })
          return body(on)
        },
        add,
      ),
  })
  webSocketTests(context)
  failureTests(context)
  tunnelTests(context)
  wireTests(context)
  underWayTests(context)
  clientTests(test, context)
}
