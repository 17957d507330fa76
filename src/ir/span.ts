/** A place in a text: UTF-16 offsets into the file named by its path relative to the workspace, with '/' between folders. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}
