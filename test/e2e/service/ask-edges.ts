import { NO_OWNER, openFirewall } from '../../../drivers/firewall/helper/open.ts'
import { createHelpedFirewall } from '../../../drivers/firewall/helper/ask.ts'
import type { Edge } from '../../../drivers/ports.ts'

/** Arguments: whose helper, `look` or `close`, and an edge. Prints the look that follows, as a controller of this user has it. */
const [, , whose = '', verb, edge = ''] = process.argv
const userId = process.getuid?.() ?? 0
const given = { owner: NO_OWNER, reach: [] }
const firewall =
  Number(whose) === userId
    ? openFirewall({ ...given, userId })
    : createHelpedFirewall({ ...given, userId: Number(whose) })
if (verb === 'close') await firewall.close(JSON.parse(edge) as Edge)
console.log(JSON.stringify(await firewall.look()))
