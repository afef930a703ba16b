import { parseFile } from '../../controller/document/parse.ts'
import { processorTime } from '../helpers/patience.ts'

/** Parses each message and answers with the time it took. */
process.on('message', ({ path, text }: { readonly path: string; readonly text: string }) => {
  const used = processorTime()
  parseFile({ path, text })
  process.send?.({ cpuMs: used(), rssMiB: process.memoryUsage().rss / 1024 / 1024 })
})
process.send?.('ready')
