import { defineCommand } from '../../verb/command.ts'
import { toJson } from '../../print/json.ts'
import { toYaml } from '../../print/yaml.ts'
import { packageCommit, packageVersion } from '../../verb/version.ts'

export const version = defineCommand<{ readonly output?: 'json' | 'yaml' }>({
  name: 'version',
  summary: 'print the version',
  anyState: () => true,
  options: [{ flags: '-o, --output <format>', description: 'json or yaml', choices: ['json', 'yaml'] }],
  run: async ({ session, options }) => {
    const clientVersion = {
      version: `v${packageVersion()}`,
      apiVersion: 'bottled.dev/v1alpha1',
      node: process.version,
      gitCommit: packageCommit(),
    }
    if (options.output === undefined) session.out(`Client Version: ${clientVersion.version}\n`)
    else session.out((options.output === 'json' ? toJson : toYaml)({ clientVersion }))
    return 0
  },
})
