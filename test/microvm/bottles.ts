/** The bottles of the lab's story: small guests, since several boot in an emulated machine of 6 GiB. */
const bottle = (name: string, spec: string): string => `apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata:
  name: ${name}   # a person's comment
spec:
${spec}`

/** From an image archive, with all ports and a copied workspace. */
export const ALPHA = bottle(
  'alpha',
  `  agent: test
  workspace: {path: ../work/alpha, mode: copy}
  env: {LOG_LEVEL: debug}
  git: true
  supervise: true
  machine: {image: ./agent.tar, cpus: 1, memory: 512}
`,
)

/** The bare guest, with a mounted workspace. */
export const BETA = bottle(
  'beta',
  `  agent: test
  workspace: {path: ../work/beta, mode: mount}
  machine: {cpus: 1, memory: 512}
`,
)

/** The smallest. */
export const GAMMA = bottle(
  'gamma',
  `  agent: test
  machine: {cpus: 1, memory: 512}
`,
)
