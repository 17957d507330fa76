import type { Tensor } from '../../../tensor/builder'
import { ints, sameShape, size } from '../../../tensor/primitive'
import { lowerings } from '../lowering/table'
import { convolutions } from './convolutions'
import { plus, scaled, written, type Coefficient, type Combination, type Image } from './image'
import type { BlockedContext, BlockedLowering } from './lowering'

export const blockedLowerings: Readonly<Record<string, BlockedLowering>> = {
  ...convolutions,
  add: context => sum(context, null),
  subtract: context => sum(context, -1),
  multiply,
  divide,
  negate: context => onImage(context, x => scaled(linear(context, x), context.coefficients.number(-1), context.coefficients)),
  broadcast,
  sum: pixelSum,
  relu: context => onImage(context, x => written(context.writer.write(context.values.image(x), x.shape, true))),
  ...Object.fromEntries(
    ['positive', 'exp', 'log', 'sqrt', 'abs', 'sign', 'tanh', 'sigmoid', 'softplus', 'erf'].map(kind => [kind, valueByValue(kind)]),
  ),
}

const onImage = ({ operation: { inputs }, values }: BlockedContext, compute: (x: Tensor) => Image) =>
  values.isImage(inputs[0]!) ? compute(inputs[0]!) : null

/** What is done to each value by itself is the same in any layout. */
function valueByValue(kind: string): BlockedLowering {
  return context =>
    onImage(context, x => {
      const { graph, operation, values } = context
      const inputs = [values.written(x)]
      return written(lowerings.get(kind)!({ graph, operation, inputs, block: 0, computes: () => false }))
    })
}

/** The image as a sum that can be scaled and added to. */
function linear({ values }: BlockedContext, x: Tensor): Combination {
  const image = values.image(x)
  return image.kind === 'combination' ? image : written(values.written(x))
}

const isCoefficient = ({ shape }: Tensor) => shape.length === 0 || (shape.length === 4 && shape[2] === 1 && shape[3] === 1)

const coefficient = ({ values }: BlockedContext, x: Tensor): Coefficient => ({ name: values.plain(x), shape: x.shape })

/** Both operands are images of the output's shape, or one of them is and the other scales whole channels; and one is in blocks already. */
function operands({ operation: { inputs, output }, values }: BlockedContext) {
  const whole = inputs.map(x => sameShape(x.shape, output.shape))
  if (!values.fits(output) || !inputs.some((x, i) => whole[i] && values.isImage(x))) return null
  return inputs.every((x, i) => whole[i] || isCoefficient(x)) ? { inputs: inputs as readonly [Tensor, Tensor], whole } : null
}

function sum(context: BlockedContext, sign: -1 | null): Image | null {
  const { coefficients } = context
  const found = operands(context)
  if (!found) return null
  const parts = found.inputs.map((x, i): Combination => {
    const part: Combination = found.whole[i] ? linear(context, x) : { kind: 'combination', terms: [], offset: coefficient(context, x) }
    return i === 1 && sign !== null ? scaled(part, coefficients.number(sign), coefficients) : part
  }) as [Combination, Combination]
  return plus(...parts, coefficients)
}

function multiply(context: BlockedContext): Image | null {
  const { coefficients } = context
  const found = operands(context)
  if (!found) return null
  const [a, b] = found.inputs
  if (found.whole[0] && found.whole[1])
    return ofTwo(context, a, b) ?? { kind: 'product', factors: [factor(context, a), factor(context, b)] }
  const [image, scale] = found.whole[0] ? [a, b] : [b, a]
  return scaled(linear(context, image), coefficient(context, scale), coefficients)
}

/** An image in memory, or one whose distance from its mean is. */
function factor({ values }: BlockedContext, x: Tensor): Combination {
  const image = values.image(x)
  const [term, ...others] = image.kind === 'combination' ? image.terms : []
  const isNear = term && others.length === 0 && term.factor === null && values.isCentred(term.image)
  return isNear ? (image as Combination) : written(values.written(x))
}

/** One of two images may have one value per channel only: a cotangent that was broadcast. */
function ofTwo(context: BlockedContext, a: Tensor, b: Tensor): Image | null {
  const { values, coefficients } = context
  for (const [constant, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const image = values.isImage(constant) ? values.image(constant) : null
    if (image?.kind === 'combination' && image.terms.length === 0) return scaled(linear(context, other), image.offset!, coefficients)
  }
  return null
}

function divide(context: BlockedContext): Image | null {
  const { graph, values, coefficients } = context
  const found = operands(context)
  if (!found?.whole[0]) return null
  const [a, b] = found.inputs
  if (found.whole[1]) return written(graph.node('Div', [values.written(a), values.written(b)]))
  return scaled(linear(context, a), coefficients.inverse(coefficient(context, b)), coefficients)
}

/** One value per channel of each row: a cotangent of a sum over pixels. */
function broadcast(context: BlockedContext): Image | null {
  const { operation, values } = context
  const [x] = operation.inputs as [Tensor]
  const { output } = operation
  if (!values.fits(output) || size(output.shape.slice(2)) === 1 || !isCoefficient(x)) return null
  return { kind: 'combination', terms: [], offset: coefficient(context, x) }
}

function pixelSum(context: BlockedContext): string | null {
  const { graph, operation, values } = context
  const [x] = operation.inputs as [Tensor]
  const axes = ints(operation.attributes, 'axes')
  if (!values.isImage(x) || !['2,3', '0,2,3'].includes(axes.join())) return null
  const [batch, channels] = x.shape as [number, number]
  const each = [batch, channels, 1, 1]
  const total = totals(context, values.image(x), x.shape)
  let sums = sameShape(total.shape, each) ? total.name : graph.node('Expand', [total.name, graph.ints(each)])
  if (axes[0] === 0) sums = graph.node('ReduceSum', [sums, graph.ints([0])], { keepdims: 1 })
  return graph.node('Reshape', [sums, graph.ints(operation.output.shape)])
}

/** Sums over the pixels, by what the image is made of. */
function totals(context: BlockedContext, image: Image, shape: readonly number[]): Coefficient {
  const { writer, coefficients } = context
  const area = coefficients.number(shape[2]! * shape[3]!)
  const each = shape.slice(0, 2).concat(1, 1)
  const plus = (a: Coefficient | null, b: Coefficient | null) => coefficients.add(a, b)
  const times = (a: Coefficient | null, b: Coefficient | null) => a && b && coefficients.multiply(a, b)
  if (image.kind === 'combination') {
    const parts = image.terms.map(({ image, factor }) => coefficients.multiply({ name: writer.sum(image, shape), shape: each }, factor))
    return parts.reduce(plus, times(image.offset, area))!
  }
  // Σ(a + m)(b + n) = Σab + n·Σa + m·Σb + mn
  const [a, b] = image.factors
  const total = (x: Combination) => totals(context, written(x.terms[0]!.image), shape)
  const products: Coefficient = { name: writer.dot(a.terms[0]!.image, b.terms[0]!.image, shape), shape: each }
  const mixed = plus(a.offset && times(a.offset, total(b)), b.offset && times(b.offset, total(a)))
  return plus(plus(products, mixed), times(times(a.offset, b.offset), area))!
}
