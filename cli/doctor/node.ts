import type { Check } from './check.ts'

const MINIMUM = [20, 19] as const

export const node: Check = {
  name: 'node',
  run: async () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    const enough = major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])
    return [
      enough
        ? { check: 'node', level: 'ok', message: `Node ${process.versions.node}` }
        : {
            check: 'node',
            level: 'fail',
            message: `Node ${process.versions.node} is older than ${MINIMUM.join('.')}`,
            command: 'nvm install 22',
            hint: 'or any other way to Node 20.19 or newer: https://nodejs.org',
          },
      ...(process.platform === 'linux'
        ? []
        : [
            {
              check: 'platform',
              level: 'fail' as const,
              message: `${process.platform}: Docker bridges are reachable on Linux only`,
              command: 'bottled run --simulate',
              hint: 'it works anywhere, and makes nothing real',
            },
          ]),
    ]
  },
}
