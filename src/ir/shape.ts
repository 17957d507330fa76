/** A size, or null where it is not known yet (a data profile is missing, or an error stands before it). */
export type Dimension = number | null

/** The shape of a tensor without its batch axis; images are [height, width, channels]. null: even the rank is unknown. */
export type Shape = readonly Dimension[] | null

export function formatShape(shape: Shape): string {
  return shape === null ? '?' : `[${shape.map(d => d ?? '?').join(', ')}]`
}

/** @returns the number of elements, or null where a dimension is unknown */
export function elementCount(shape: Shape): number | null {
  return shape === null ? null : shape.reduce<number | null>((n, d) => (n === null || d === null ? null : n * d), 1)
}
