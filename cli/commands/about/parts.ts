import { STATE_FORMAT } from '../../../controller/state/format.ts'
import { ownBundle } from '../../../reconcilers/derive/own-bundle.ts'
import { bundlePackages, packageCommit, packageVersion } from '../../verb/version.ts'
import type { Parts } from '../../views/version.ts'

export const partsOf = (node: string): Parts => ({
  version: packageVersion(),
  commit: packageCommit(),
  node,
  apiVersion: 'bottled.dev/v1alpha1',
  stateFormat: STATE_FORMAT,
  bundleImage: ownBundle(packageVersion()),
  bundlePackages: bundlePackages(),
})
