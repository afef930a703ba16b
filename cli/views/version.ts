/** What a `bottled` is made of. */
export interface Parts {
  readonly version: string
  /** Undefined for sources. */
  readonly commit: string | undefined
  readonly node: string
  readonly apiVersion: string
  readonly stateFormat: number
  readonly bundleImage: string
  readonly bundlePackages: Readonly<Record<string, string>>
}

/** A line each, the version first. Pure. */
export const versionText = (parts: Parts): string =>
  [
    `bottled ${parts.version}`,
    `commit         ${parts.commit ?? 'none: run from sources'}`,
    `node           ${parts.node}`,
    `api            ${parts.apiVersion}`,
    `state format   ${parts.stateFormat}`,
    `bundle image   ${parts.bundleImage}`,
    ...Object.entries(parts.bundlePackages).map(([name, version]) => `               ${name} ${version}`),
    '',
  ].join('\n')
