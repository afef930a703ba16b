import type { PolicyOptions } from '../../policy/policy-judge.ts'
import type { ReportOptions } from '../../verb/report.ts'

/** Of `approve`. */
export interface ApproveOptions extends ReportOptions, PolicyOptions {
  readonly for?: number
  readonly edit?: boolean
  readonly answer?: string
  readonly overlay?: boolean
  readonly yes?: boolean
}
