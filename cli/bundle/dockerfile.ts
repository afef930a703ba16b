/** How the bundle image is laid out, in words of Docker. Pure. */

/** An exact version: the same sources give the same image. Node's own image is built by Docker's people. */
export const BASE_IMAGE = 'node:22.23.3-bookworm-slim'

export interface Layout {
  readonly base: string
  readonly extension: string
  /** The base has no nft, by which an agent in a container is sealed, and apt-get is to bring it. */
  readonly installsNft: boolean
}

/** Beside it in the context: `app/`, and the program `bottled-bundle`. Of ours nothing is run at build. */
export const dockerfile = ({ base, extension, installsNft }: Layout): string =>
  [
    `FROM ${base}`,
    ...(installsNft ? [INSTALL_NFT] : []),
    'COPY app /app',
    'COPY bottled-bundle /usr/local/bin/bottled-bundle',
    // Where the root is read-only; certificates of the proxy are written there, no keys.
    'ENV TMPDIR=/dev/shm',
    'LABEL dev.bottled.bundle=1',
    'WORKDIR /',
    'USER 65534:65534',
    // The rest of 256 MiB is for what isn't on the heap: sockets, TLS, the control command beside it.
    `ENTRYPOINT ["node", "--max-old-space-size=64", "/app/bundle/main.${extension}"]`,
    'CMD ["serve"]',
    '',
  ].join('\n')

/** Of Debian, by its signatures: whichever version its mirror has that day. */
const INSTALL_NFT = [
  'RUN apt-get update -qq -o Acquire::Retries=1',
  'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nftables',
  'rm -rf /var/lib/apt/lists/*',
].join(' && ')

/** So that the control command has one name in every image. */
export const program = (extension: string): string => `#!/usr/bin/env node\nimport('/app/bundle/main.${extension}')\n`
