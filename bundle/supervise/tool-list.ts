import { MOST_CHOICES, MOST_MINUTES } from '../../egress/asks/content.ts'

/** The tools, as an agent is told of them. Pure. */
export const LONGEST_WAIT_S = 40

const text = (description: string, maxLength = 2_048): object => ({ type: 'string', description, maxLength })

const tool = (
  name: string,
  description: string,
  properties: Readonly<Record<string, object>> = {},
  required: readonly string[] = [],
): object => ({
  name,
  description,
  inputSchema: { type: 'object', properties, required, additionalProperties: name === 'permission_prompt' },
})

export const TOOLS: readonly object[] = [
  tool(
    'policy',
    'What may be reached from here, by names of secrets which credentials are put in on the way, and what was denied lately. Read it before you guess.',
  ),
  tool(
    'request_egress',
    'Asks a person to allow a host that the policy denies. It returns at once with an id; use check to wait for the answer. An equal request is the same ask.',
    {
      url: text(
        'https://host asks for the whole host; https://host/path for that path alone, and ** in it for all below',
      ),
      method: text('such as GET; absent: all methods', 20),
      why: text('what it is needed for; a person reads it'),
      minutes: { type: 'integer', minimum: 1, maximum: MOST_MINUTES, description: 'for how long it is needed' },
    },
    ['url', 'why'],
  ),
  tool(
    'ask',
    'Asks a person a question. It returns at once with an id; use check to wait for the answer.',
    {
      question: text('what a person should decide or tell'),
      choices: { type: 'array', items: text('one answer', 200), minItems: 1, maxItems: MOST_CHOICES },
    },
    ['question'],
  ),
  tool(
    'notify',
    'Tells people something; nobody answers.',
    { level: { type: 'string', enum: ['info', 'warning'] }, text: text('what happened') },
    ['text'],
  ),
  tool(
    'check',
    `Whether an ask was answered. Waits up to waitSeconds, ${LONGEST_WAIT_S} at most, and may be called again. No answer means no.`,
    {
      id: text('of the ask', 40),
      waitSeconds: { type: 'integer', minimum: 0, maximum: LONGEST_WAIT_S },
    },
    ['id'],
  ),
  tool(
    'permission_prompt',
    "Asks a person whether a tool of the agent's own may be used, for once. For --permission-prompt-tool of Claude Code.",
    { tool_name: text('the tool', 200), input: { type: 'object' }, tool_use_id: text('ignored', 200) },
    ['tool_name', 'input'],
  ),
]
