import { number, type Options, type OptionSpec } from '../base/options'
import type { Initializer, ParameterSpec } from '../ir/graph'

export const zeros: Initializer = { kind: 'zeros' }

export const ones: Initializer = { kind: 'ones' }

/** Normal or uniform with variance scale/fan. The normal ones are not truncated, as in PyTorch. */
const variances = {
  /** Glorot & Bengio 2010, eq. 12 and 16: the default of Keras for kernels. */
  glorot: { scale: 1, fan: 'average' },
  /** He et al. 2015, eq. 10: for layers followed by a rectifier. */
  he: { scale: 2, fan: 'in' },
  /** LeCun et al. 1998, eq. 16. */
  lecun: { scale: 1, fan: 'in' },
} as const

const names = [
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'lecunUniform',
  'lecunNormal',
  'orthogonal',
  'zeros',
  'ones',
] as const

/** Activations that are near the identity for large inputs and near zero for small ones. */
const rectifiers = new Set<unknown>(['relu', 'leakyRelu', 'gelu', 'silu', 'softplus'])

export const initializerOption: OptionSpec = {
  type: `${names.map(name => `'${name}'`).join(' | ')} | number`,
  doc: "Initial values of the kernel; a number sets them all to it. Without it: 'heUniform' before relu and its kin, else 'glorotUniform'.",
  choices: names,
  check: v =>
    names.includes(v as (typeof names)[number]) || (typeof v === 'number' && Number.isFinite(v))
      ? undefined
      : `a number or one of ${names.map(name => `'${name}'`).join(', ')}`,
}

export const l2Option: OptionSpec<number> = number(
  'Adds l2 · Σ kernel² to what is minimised: once, whatever the number of tasks. The losses that are reported stay those of the data.',
  { min: 0 },
)

/** The initializer of a kernel that feeds `activation`. */
export function kernelInitializer({ initializer, activation }: Options, fanIn: number, fanOut: number): Initializer {
  if (typeof initializer === 'number') return { kind: 'constant', value: initializer }
  if (initializer === 'zeros' || initializer === 'ones' || initializer === 'orthogonal') return { kind: initializer }
  const name = (initializer as string | undefined) ?? (rectifiers.has(activation) ? 'heUniform' : 'glorotUniform')
  const [, author, distribution] = /^(glorot|he|lecun)(Uniform|Normal)$/.exec(name)!
  const { scale, fan } = variances[author as keyof typeof variances]
  return { kind: 'variance', scale, fan, distribution: distribution === 'Normal' ? 'normal' : 'uniform', fanIn, fanOut }
}

/** The kernel of a layer with the options `initializer` and `l2`. */
export function kernelOf(shape: readonly number[] | null, options: Options, fanIn: number, fanOut: number): ParameterSpec {
  const { l2 } = options as { l2?: number }
  return { name: 'kernel', shape, initializer: kernelInitializer(options, fanIn, fanOut), ...(l2 ? { l2 } : {}) }
}
