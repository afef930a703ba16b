/** In the guest; throws unless it ends with 0. */
export type Inside = (script: string, mostMs?: number) => Promise<string>
