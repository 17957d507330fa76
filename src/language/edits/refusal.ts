import type { Span } from '../../ir/span'

/** Why an edit is not made: one line for the user, and the place in the text that stands in the way. */
export class Refusal extends Error {
  constructor(
    reason: string,
    readonly span: Span | null = null,
  ) {
    super(reason)
  }
}
