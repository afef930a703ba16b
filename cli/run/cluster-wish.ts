import { CliError } from '../print/cli-error.ts'
import type { RunOptions } from './options.ts'

/** A DNS-1123 subdomain: nothing that a selector would read as more. */
const NODE_NAME = /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/

/** Refuses flags that mean nothing together. Undefined: a folder is followed. */
export const wantsCluster = (options: RunOptions): { readonly node: string } | undefined => {
  const { kubernetes, node, kubeconfig, hostPath } = options
  if (!kubernetes) {
    if (node !== undefined || kubeconfig !== undefined || hostPath.length > 0)
      throw new CliError(
        '--node, --kubeconfig and --host-path go with --kubernetes',
        'bottled run --kubernetes --node NAME',
      )
    return undefined
  }
  if (node === undefined || node === '')
    throw new CliError('--kubernetes needs --node: whose bottles are to run here?', 'kubectl get nodes')
  if (!NODE_NAME.test(node))
    throw new CliError(`${JSON.stringify(node)} is not the name of a Node`, 'kubectl get nodes')
  if (options.status !== 'inline' || options.undo !== undefined)
    throw new CliError(
      '--status and --undo are about files: an object has its status, and its deletion can not be undone',
      'leave them out with --kubernetes',
    )
  return { node }
}
