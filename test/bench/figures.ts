export const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!
export const rounded = (value: number, digits: number) => Number(value.toFixed(digits))

/** A ratio that is held to a target, where there is one. */
export interface Target {
  readonly ratio: number
  /** At most; null: none is set. */
  readonly target: number | null
}

export const verdict = ({ ratio, target }: Target): string => (target === null ? '' : `${ratio <= target ? 'met' : 'missed'} (≤ ${target})`)
