/**
 * The control channel of a live run: NDJSON over a local socket (named pipe on Windows) whose address stands in `control.json`.
 * Each request line gets one answer line `{ ok: true }` or `{ ok: false, error }`, once the command has taken effect;
 * `stop` is answered when it is accepted.
 */
export type ControlRequest =
  { readonly command: 'pause' | 'resume' | 'stop' | 'checkpoint' } | { readonly command: 'setLearningRate'; readonly value: number }

/** The error of an answer to a request that came too late. */
export const tooLate = 'the run has ended'

export interface ControlAnswer {
  readonly ok: boolean
  readonly error?: string
}

/**
 * `control.json`: the process that trains. It is there while the process lives; where it was left behind, the pid is gone, or
 * belongs to another process by now (`identity`), or, where that can't be known, the heartbeat is older than 15 s.
 */
export interface ControlFile {
  readonly pid: number
  /** Name of the machine: a pid means nothing on another one. */
  readonly host: string
  /** Empty where no socket could be opened; the run can then only be stopped by a signal. */
  readonly address: string
  /** Milliseconds since 1970, renewed every 2 s. */
  readonly heartbeat: number
  /** Start of the process, milliseconds since 1970. */
  readonly started: number
  /** Tells processes apart that had one pid after the other; null where the system doesn't say. */
  readonly identity: string | null
}
