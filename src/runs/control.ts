/**
 * The control channel of a live run: NDJSON over a local socket (named pipe on Windows) whose address stands in `control.json`.
 * Each request line gets one answer line `{ ok: true }` or `{ ok: false, error }`.
 */
export type ControlRequest =
  | { readonly command: 'pause' | 'resume' | 'stop' | 'checkpoint' }
  | { readonly command: 'setLearningRate'; readonly value: number }

export interface ControlAnswer {
  readonly ok: boolean
  readonly error?: string
}

/** `control.json`: the live lock of the process that trains. A heartbeat older than 15 s, or a pid that is gone, means the run was interrupted. */
export interface ControlFile {
  readonly pid: number
  readonly address: string
  /** Milliseconds since 1970, renewed every 2 s. */
  readonly heartbeat: number
  /** Start time of the process, against reuse of pids. */
  readonly started: number
}
