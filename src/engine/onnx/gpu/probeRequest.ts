import type { Measurement, Workload } from './measure'

export interface ProbeRequest {
  /** Name of the provider. */
  readonly provider: string
  readonly workload: Workload
  /** Of the processor that the device is compared with. */
  readonly threads: number
}

export type ProbeAnswer =
  { readonly type: 'cpu' | 'device'; readonly measurement: Measurement } | { readonly type: 'failure'; readonly message: string }
