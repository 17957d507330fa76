import type { OnnxGraph } from '../onnxGraph'

/** A small tensor by which whole channels are scaled or shifted: of one value, or [1 or batch, channels, 1, 1]. */
export interface Coefficient {
  readonly name: string
  readonly shape: readonly number[]
}

/** A full-sized image in blocks, times a coefficient (null: 1). */
export interface Term {
  readonly image: string
  readonly factor: Coefficient | null
}

export interface Combination {
  readonly kind: 'combination'
  readonly terms: readonly Term[]
  readonly offset: Coefficient | null
}

/**
 * Images [batch, channels, h, w] in the runtime's blocked layout [batch, channels/block, h, w, block], written down when
 * something needs them and not before: what is linear in whole channels is put together first, and costs one pass over the
 * image however many operations it took.
 */
export type Image =
  | Combination
  /** Of two images value by value, of one term without a factor each: where only its sum is asked for, it is never written. */
  | { readonly kind: 'product'; readonly factors: readonly [Combination, Combination] }

export const written = (image: string): Combination => ({ kind: 'combination', terms: [{ image, factor: null }], offset: null })

/** The name of an image that lies in memory, or null. */
export function nameOf(image: Image): string | null {
  if (image.kind === 'product' || image.offset !== null || image.terms.length !== 1) return null
  const [{ image: name, factor }] = image.terms as [Term]
  return factor === null ? name : null
}

/** Arithmetic on coefficients; they are small, and broadcast as in NumPy. */
export class Coefficients {
  constructor(private readonly graph: OnnxGraph) {}

  number = (value: number): Coefficient => ({ name: this.graph.scalar(value), shape: [] })
  multiply = (a: Coefficient | null, b: Coefficient | null): Coefficient | null => (a && b ? this.apply('Mul', a, b) : (a ?? b))
  add = (a: Coefficient | null, b: Coefficient | null): Coefficient | null => (a && b ? this.apply('Add', a, b) : (a ?? b))
  inverse = (a: Coefficient): Coefficient => ({ name: this.graph.node('Reciprocal', [a.name]), shape: a.shape })

  private apply(type: string, a: Coefficient, b: Coefficient): Coefficient {
    const shape = a.shape.length < b.shape.length ? b.shape : a.shape.map((d, i) => (b.shape.length > 0 ? Math.max(d, b.shape[i]!) : d))
    return { name: this.graph.node(type, [a.name, b.name]), shape }
  }
}

/** Σ a_i·image_i + offset, times a coefficient. */
export function scaled({ terms, offset }: Combination, by: Coefficient, arithmetic: Coefficients): Combination {
  return {
    kind: 'combination',
    terms: terms.map(({ image, factor }) => ({ image, factor: arithmetic.multiply(factor, by) })),
    offset: offset && arithmetic.multiply(offset, by),
  }
}

export function plus(a: Combination, b: Combination, arithmetic: Coefficients): Combination {
  const one = arithmetic.number(1)
  const terms = b.terms.reduce<readonly Term[]>((terms, { image, factor }) => {
    if (!terms.some(term => term.image === image)) return [...terms, { image, factor }]
    return terms.map(term => (term.image === image ? { image, factor: arithmetic.add(term.factor ?? one, factor ?? one) } : term))
  }, a.terms)
  return { kind: 'combination', terms, offset: arithmetic.add(a.offset, b.offset) }
}
