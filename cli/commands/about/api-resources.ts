import { defineCommand } from '../../verb/command.ts'
import { alignLines, TABLE } from '../../print/columns.ts'
import { toJson } from '../../print/json.ts'

interface ApiResourcesOptions {
  readonly output?: 'wide' | 'name' | 'json'
  readonly headers: boolean
}

const VERBS = ['get', 'describe', 'apply', 'delete', 'edit', 'label', 'annotate', 'watch']

export const apiResources = defineCommand<ApiResourcesOptions>({
  name: 'api-resources',
  summary: 'list the resource kinds',
  anyState: () => true,
  options: [
    { flags: '-o, --output <format>', description: 'wide, name or json', choices: ['wide', 'name', 'json'] },
    { flags: '--no-headers', description: "don't print headers" },
  ],
  run: async ({ session, options }) => {
    const { output, headers } = options
    if (output === 'name') session.out('bottles.bottled.dev\n')
    else if (output === 'json') {
      session.out(
        toJson({
          kind: 'APIResourceList',
          apiVersion: 'v1',
          groupVersion: 'bottled.dev/v1alpha1',
          resources: [
            {
              name: 'bottles',
              singularName: 'bottle',
              shortNames: ['bt', 'b'],
              namespaced: true,
              kind: 'Bottle',
              verbs: VERBS,
            },
          ],
        }),
      )
    } else {
      const wide = output === 'wide'
      const rows = [
        ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS'] : [])],
        ['bottles', 'bt,b', 'bottled.dev/v1alpha1', 'true', 'Bottle', ...(wide ? [VERBS.join(',')] : [])],
      ]
      session.out(
        `${alignLines(
          rows.slice(headers ? 0 : 1).map((row) => row.join('\t')),
          TABLE,
        ).join('\n')}\n`,
      )
    }
    return 0
  },
})
