import type { EgressAsk } from '../../egress/asks/content.ts'
import type { EgressAllow } from '../../schemas/egress.ts'

/** The entry of `spec.egress.allow` that an ask is about. Pure. `untilMs`: since 1970; absent: without end. */
export const entryOf = ({ host, port, method, path }: EgressAsk, untilMs?: number): EgressAllow => ({
  host,
  ...(port === 443 ? {} : { ports: [port] }),
  ...(method === undefined ? {} : { methods: [method] }),
  ...(path === undefined ? {} : { paths: [path] }),
  // A part of a second less would be void earlier than was said.
  ...(untilMs === undefined
    ? {}
    : { until: `${new Date(Math.ceil(untilMs / 1_000) * 1_000).toISOString().slice(0, 19)}Z` }),
})
