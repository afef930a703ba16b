/** What `bottled init` knows of each agent. Pure. */
export interface Agent {
  readonly name: AgentName
  /** The image that it is built on, at an exact version. */
  readonly base: string
  /** Lines of its Dockerfile after FROM. */
  readonly build: readonly string[]
  /** What starts it in the guest. */
  readonly start: string
  readonly presets: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly key?: AgentKey
}

/** Its model's key, which the proxy puts in. */
export interface AgentKey {
  readonly secret: string
  readonly host: string
  readonly header: string
  readonly format?: string
}

export const AGENT_NAMES = ['claude-code', 'codex', 'shell'] as const
export type AgentName = (typeof AGENT_NAMES)[number]

export const agentNamed = (name: string): Agent | undefined => AGENTS.find((agent) => agent.name === name)

const TOOLS = 'ca-certificates curl git jq procps python3 python3-pip python3-venv ripgrep'
const apt = `RUN apt-get update \\
 && apt-get install -y --no-install-recommends ${TOOLS} \\
 && rm -rf /var/lib/apt/lists/*`
const NODE = 'node:22.23.3-bookworm-slim'

const AGENTS: readonly Agent[] = [
  {
    name: 'claude-code',
    base: NODE,
    build: [apt, 'RUN npm install -g @anthropic-ai/claude-code@2.1.332'],
    start: 'claude',
    presets: ['anthropic', 'npm', 'pypi', 'github-read'],
    // Both are Claude Code's own: as root it asks for the first before it works without questions.
    env: { IS_SANDBOX: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
    key: { secret: 'ANTHROPIC_API_KEY', host: 'api.anthropic.com', header: 'x-api-key' },
  },
  {
    name: 'codex',
    base: NODE,
    build: [
      apt,
      'RUN npm install -g @openai/codex@0.171.0',
      '# It takes a key from its own file only; what it gets here is the placeholder.',
      `RUN printf '%s\\n' '#!/bin/sh' 'printenv OPENAI_API_KEY | codex login --with-api-key && exec codex "$@"' > /usr/local/bin/agent \\
 && chmod 755 /usr/local/bin/agent`,
    ],
    start: 'agent',
    presets: ['openai', 'npm', 'pypi', 'github-read'],
    env: {},
    key: { secret: 'OPENAI_API_KEY', host: 'api.openai.com', header: 'Authorization', format: 'Bearer {}' },
  },
  {
    name: 'shell',
    base: 'debian:bookworm-slim',
    build: [
      '# A base that has them all is left as it is.',
      `RUN for tool in bash curl git; do command -v "$tool" >/dev/null || missing=1; done \\
 && if [ -n "\${missing:-}" ]; then \\
      apt-get update \\
      && apt-get install -y --no-install-recommends bash ${TOOLS} \\
      && rm -rf /var/lib/apt/lists/*; \\
    fi`,
    ],
    start: 'bash',
    presets: ['debian', 'npm', 'pypi', 'github-read'],
    env: {},
  },
]
