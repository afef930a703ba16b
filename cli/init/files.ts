import { emitFlow, emitKey } from '../../controller/edit/emit.ts'
import type { Agent } from './agents.ts'

/** The files that `bottled init` writes, into a folder of their own. Pure. */
export interface NewFile {
  readonly name: string
  readonly text: string
}

/** The Bottle comes last: a controller may be watching. `workspace` is a path as the file has it. */
export const newFiles = (
  agent: Agent,
  { name, workspace }: { readonly name: string; readonly workspace: string },
): readonly NewFile[] => [
  { name: 'Dockerfile', text: dockerfile(agent, name) },
  { name: '.dockerignore', text: '# Nothing of this folder belongs into the image.\n*\n' },
  { name: 'bottle.yaml', text: bottle(agent, { name, workspace }) },
]

const PLAIN_PATH = /^\.{0,2}\/[\w./-]*$/

/** Nobody else's: Docker would ask this machine for it, and no registry. */
export const imageOf = (name: string): string => `localhost/${name}`

const dockerfile = ({ base, build }: Agent, name: string): string =>
  [
    `# The disk that the agent starts with. Build:  docker build -t ${imageOf(name)} FOLDER`,
    `ARG BASE=${base}`,
    'FROM ${BASE}',
    ...build,
    'WORKDIR /workspace',
    '# The VM stays up by itself; the agent comes by bottlectl exec.',
    'CMD ["sleep", "infinity"]',
    '',
  ].join('\n')

const bottle = (agent: Agent, { name, workspace }: { readonly name: string; readonly workspace: string }): string => {
  const { key, env, presets } = agent
  const pairs = Object.entries(env)
  return [
    `# bottlectl egress log ${name} --denied shows what it wanted and may not reach, bottlectl egress allow ${name} HOST allows it.`,
    'apiVersion: bottled.dev/v1alpha1',
    'kind: Bottle',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    `  agent: ${agent.name}`,
    '  # Copied to /workspace at the first start; bottlectl cp brings out what you want to have.',
    `  workspace: {path: ${PLAIN_PATH.test(workspace) ? workspace : emitFlow(workspace)}, mode: copy}`,
    ...(pairs.length === 0
      ? []
      : ['  env:', ...pairs.map(([variable, value]) => `    ${emitKey(variable)}: ${emitFlow(value)}`)]),
    ...(key === undefined
      ? []
      : [
          '  secrets:',
          '    # Read where bottled runs, and put in by the proxy: the agent has a placeholder.',
          `    ${key.secret}: {fromEnv: ${key.secret}, deliver: proxy}`,
        ]),
    '  egress:',
    `    presets: ${emitFlow(presets)}   # bottlectl egress presets`,
    ...(key === undefined
      ? []
      : [
          '    allow:',
          `    - host: ${key.host}`,
          `      credential: ${emitFlow({ secret: key.secret, header: key.header, format: key.format })}`,
        ]),
    '  machine:',
    `    image: ${imageOf(name)}   # built by docker build, see Dockerfile`,
    '',
  ].join('\n')
}
