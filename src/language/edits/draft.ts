import type { Meaning } from './meaning'
import type { OptionEdit } from './options'

/** Edits that are not tried yet, and what the model must be after them. */
export interface Draft extends OptionEdit {
  readonly title: string
  readonly note: string | null
  readonly expected: Meaning
}
