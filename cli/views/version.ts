import { alignLines, TABLE } from '../print/columns.ts'

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
  `${alignLines(
    [
      `bottled ${parts.version}`,
      `commit\t${parts.commit ?? 'none: run from sources'}`,
      `node\t${parts.node}`,
      `api\t${parts.apiVersion}`,
      `state format\t${parts.stateFormat}`,
      `bundle image\t${parts.bundleImage}`,
      ...Object.entries(parts.bundlePackages).map(([name, version]) => `\t${name} ${version}`),
    ],
    TABLE,
  ).join('\n')}\n`
