/**
 * What `npm test` leaves to a command of its own, as parts of paths: it takes minutes, or a machine of its own. Each is named by
 * a script of package.json, and each of these scripts by `.ci/run` (`ci.test.ts`).
 */
export const APART: readonly string[] = [
  'test/attacks/',
  'test/bundle/clients/',
  'test/bundle/image/',
  'test/cli/run/',
  'test/e2e/',
  'test/kubernetes/',
  'test/microvm/',
  'test/page/browser/',
  'test/release/',
]
