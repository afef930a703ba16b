#!/usr/bin/env node
import { createAnswering } from '../../drivers/firewall/helper/answer.ts'
import { serveEdges } from '../../drivers/firewall/helper/serve.ts'

/**
 * The helper of an ordinary user: rules around their bundles, and nothing else. Argument: the user's id.
 *
 * Flow: systemd opens the socket, which only that user may connect to, and starts this with it (fd 3) at the first request; with
 *   CAP_NET_ADMIN and CAP_NET_RAW, as a user of its own. Idle for five minutes, it ends.
 */
const FIRST_FD = 3
const IDLE_MS = 5 * 60_000

const userId = Number(process.argv[2])
if (!Number.isSafeInteger(userId) || userId <= 0 || process.env['LISTEN_FDS'] !== '1') {
  process.stderr.write('error: this is started by systemd, by what bottled service edges installs\n')
  process.exit(2)
}

const server = serveEdges(createAnswering({ userId }))
// The socket stays with systemd: who connects meanwhile is answered by the next process.
const idle = setTimeout(() => server.close(() => process.exit(0)), IDLE_MS)
server.on('connection', () => idle.refresh())
server.listen({ fd: FIRST_FD })
