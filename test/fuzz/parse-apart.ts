import { parseFile } from '../../controller/document/parse.ts'

/** Parses each message and answers with the time it took. */
process.on('message', ({ path, text }: { readonly path: string; readonly text: string }) => {
  const began = process.cpuUsage()
  parseFile({ path, text })
  const { user, system } = process.cpuUsage(began)
  process.send?.({ cpuMs: (user + system) / 1_000, rssMiB: process.memoryUsage().rss / 1024 / 1024 })
})
process.send?.('ready')
