import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

/**
 * The parts of @modelcontextprotocol/sdk that the supervise server takes, typed here: `modules` is known at run time only.
 *
 * Caveats: they take 27 MiB. So they are loaded when the first agent speaks, and without what needs express or hono.
 */
export interface SdkModules {
  readonly Server: new (
    info: { readonly name: string; readonly version: string },
    options: { readonly capabilities: { readonly tools: object }; readonly instructions: string },
  ) => SdkServer
  readonly WebStandardStreamableHTTPServerTransport: new (options: {
    readonly sessionIdGenerator: undefined
    readonly enableJsonResponse: true
  }) => SdkTransport
  readonly ListToolsRequestSchema: object
  readonly CallToolRequestSchema: object
}

export interface SdkServer {
  setRequestHandler(
    schema: object,
    handler: (
      request: { readonly params?: { readonly name?: string; readonly arguments?: unknown } },
      extra: { readonly signal: AbortSignal },
    ) => object | Promise<object>,
  ): void
  connect(transport: SdkTransport): Promise<void>
  close(): Promise<void>
}

export interface SdkTransport {
  handleRequest(request: Request, options: { readonly parsedBody: unknown }): Promise<Response>
}

/** `modules` is the node_modules folder that holds it. */
export const loadSdk = async (modules: string): Promise<SdkModules> => {
  const from = async (name: string): Promise<object> =>
    (await import(pathToFileURL(join(modules, '@modelcontextprotocol/sdk/dist/esm', `${name}.js`)).href)) as object
  return Object.assign(
    {},
    ...(await Promise.all(['server/index', 'server/webStandardStreamableHttp', 'types'].map(from))),
  ) as SdkModules
}
