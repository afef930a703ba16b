/** What the stories of a guest with its own bundle are told with. */
export type Step = (title: string, body: () => Promise<void>, options?: { readonly deadlineMs: number }) => void

/** In the guest; throws unless it ends with 0. */
export type Inside = (script: string, mostMs?: number) => Promise<string>
