import { parseFile } from '../../controller/parse.ts'

/** Parses what it is sent and tells how long that took, until it is ended. */
process.on('message', ({ path, text }: { readonly path: string; readonly text: string }) => {
  const began = performance.now()
  parseFile({ path, text })
  process.send?.({ ms: performance.now() - began, rssMiB: process.memoryUsage().rss / 1024 / 1024 })
})
process.send?.('ready')
