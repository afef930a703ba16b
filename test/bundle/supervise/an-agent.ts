import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createBook } from '../../../bundle/supervise/book.ts'
import type { Book } from '../../../bundle/supervise/book.ts'
import { createSuperviseFront } from '../../../bundle/supervise/front.ts'
import type { AskAnswer } from '../../../egress/asks/answer.ts'
import type { Policy } from '../../../egress/policy.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import { policyOf } from '../../egress/a-policy.ts'

/** An MCP client of the SDK, typed as far as it is used. */
export interface Agent {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>
  callTool(call: { readonly name: string; readonly arguments?: object }): Promise<{
    readonly content: readonly { readonly text: string }[]
    readonly isError?: boolean
  }>
  getInstructions(): string | undefined
  close(): Promise<void>
}

/** `modules`: a node_modules folder with the SDK. */
export const connectAgent = async (modules: string, url: string): Promise<Agent> => {
  const from = async (name: string): Promise<unknown> =>
    import(pathToFileURL(join(modules, '@modelcontextprotocol/sdk/dist/esm/client', `${name}.js`)).href)
  const { Client } = (await from('index')) as {
    Client: new (info: object) => Agent & { connect(transport: object): Promise<void> }
  }
  const { StreamableHTTPClientTransport } = (await from('streamableHttp')) as {
    StreamableHTTPClientTransport: new (url: URL) => object
  }
  const client = new Client({ name: 'a-test', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  return client
}

/** A tool's answer, which is JSON. */
export const call = async (
  agent: Agent,
  name: string,
  args: object = {},
): Promise<Readonly<Record<string, unknown>> & { readonly isError: boolean }> => {
  const { content, isError } = await agent.callTool({ name, arguments: args })
  return { ...(JSON.parse(content[0]?.text ?? '') as object), isError: isError === true }
}

export interface Scene {
  readonly book: Book
  readonly url: string
  policy: Policy | undefined
  load(spec: EgressPolicy): void
  /** What a controller would tell of the asks that are open, in their order. */
  answer(...changes: readonly Partial<AskAnswer>[]): void
  readonly failures: string[]
  close(): Promise<void>
}

/** The supervise server on loopback, with a policy and a controller played by the test. */
export const createScene = async (modules: string): Promise<Scene> => {
  const book = createBook(Date.now)
  const failures: string[] = []
  const server = createSuperviseFront({
    book,
    modules,
    now: Date.now,
    policy: () => scene.policy,
    denials: () => [{ host: 'evil.example', reason: 'NotAllowed', count: 2 }],
    repositories: () => [],
    addresses: () => ['127.0.0.1'],
    failed: (what, error) => void failures.push(`${what}: ${String(error)}`),
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const scene: Scene = {
    book,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    policy: undefined,
    failures,
    load: (spec) => {
      scene.policy = policyOf(spec)
      book.wake()
    },
    answer: (...changes) =>
      book.told(
        book.report().asks.map(({ key }, at) => ({
          key,
          id: `aaaaaaa${'abcdefgh'[at] ?? 'z'}`,
          state: 'open',
          at: new Date().toISOString(),
          ...changes[at],
        })),
      ),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return scene
}
