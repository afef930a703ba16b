/** How the bundle image is laid out, in words of Docker. Pure. */

/** An exact version: the same sources give the same image. Node's own image is built by Docker's people. */
export const BASE_IMAGE = 'node:22.23.3-bookworm-slim'

/** Beside it in the context: `app/`, and the program `bottled-bundle`. Nothing is run at build, so the base needs no shell. */
export const dockerfile = ({ base, extension }: { readonly base: string; readonly extension: string }): string =>
  [
    `FROM ${base}`,
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

/** So that the control command has one name in every image. */
export const program = (extension: string): string => `#!/usr/bin/env node\nimport('/app/bundle/main.${extension}')\n`
