/** How the bundle image is laid out, in words of Docker. Pure. */

/** An exact version: the same sources give the same image. Node's own image is built by Docker's people. */
export const BASE_IMAGE = 'node:22.23.3-bookworm-slim'

export interface Layout {
  readonly base: string
  readonly extension: string
  /** The base has no nft, by which an agent in a container is sealed, and apt-get is to bring it. */
  readonly installsNft: boolean
}

/**
 * Beside it in the context: `app/`, `data/`, and the program `bottled-bundle`. The base has `/bin/sh`, and git or apt-get.
 *
 * The git gate's mirrors are on a volume: not in memory, and gone with the container.
 */
export const dockerfile = ({ base, extension, installsNft }: Layout): string =>
  [
    `FROM ${base}`,
    `RUN command -v git >/dev/null || { ${aptGet('git')}; }`,
    ...(installsNft ? [`RUN ${aptGet('nftables')}`] : []),
    'COPY app /app',
    'COPY data /var/lib/bottled',
    'COPY bottled-bundle /usr/local/bin/bottled-bundle',
    // Where the root is read-only; certificates of the proxy are written there, no keys.
    'ENV TMPDIR=/dev/shm',
    'LABEL dev.bottled.bundle=1',
    'VOLUME /var/lib/bottled/git',
    'WORKDIR /',
    'USER 65534:65534',
    // The rest of 256 MiB is for what isn't on the heap: sockets, TLS, the control command beside it.
    `ENTRYPOINT ["/bin/sh", "/app/init", "--max-old-space-size=64", "/app/bundle/main.${extension}"]`,
    'CMD ["serve"]',
    '',
  ].join('\n')

/** Of Debian, by its signatures: whichever version its mirror has that day. */
const aptGet = (name: string): string =>
  [
    'apt-get update -qq -o Acquire::Retries=1',
    `DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${name}`,
    'rm -rf /var/lib/apt/lists/*',
  ].join(' && ')

/**
 * PID 1, given what node is given: git leaves children behind where it is killed, and nobody else takes their end off the kernel,
 * until the container has no process left. It passes signals on, and ends as node ends.
 */
export const INIT = `node "$@" &
node=$!
for signal in HUP INT TERM USR2; do
  trap "kill -$signal $node" $signal
done
wait "$node"
code=$?
# A signal ends wait while node still runs.
while kill -0 "$node" 2>/dev/null; do
  wait "$node"
  code=$?
done
exit "$code"
`

/** What git runs before it takes a push. */
export const hook = (extension: string): string => `#!/bin/sh\nexec node /app/bundle/main.${extension} hook\n`

/** So that the control command has one name in every image. */
export const program = (extension: string): string => `#!/usr/bin/env node\nimport('/app/bundle/main.${extension}')\n`
