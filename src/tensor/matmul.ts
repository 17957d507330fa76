import { shown, type PrimitiveFamily, type ProgramWriter } from './primitive'
import type { Tensor } from './builder'

/** op(a)·op(b) of matrices; `transposeA`, `transposeB` say which are read transposed. */
export const matmul: PrimitiveFamily = {
  matmul: {
    shape([a, b], { transposeA, transposeB }) {
      const [m, k] = transposeA ? [a![1]!, a![0]!] : [a![0]!, a![1]!]
      const [l, n] = transposeB ? [b![1]!, b![0]!] : [b![0]!, b![1]!]
      if (a!.length !== 2 || b!.length !== 2 || k !== l) throw new RangeError(`matrices ${shown(a!)} and ${shown(b!)} can't be multiplied`)
      return [m, n]
    },
    gradient(p, { inputs, attributes: { transposeA, transposeB } }, g, wanted) {
      const [a, b] = [inputs[0]!, inputs[1]!]
      const da = () => (transposeA ? product(p, b, g, !!transposeB, true) : product(p, g, b, false, !transposeB))
      const db = () => (transposeB ? product(p, g, a, true, !!transposeA) : product(p, a, g, !transposeA, false))
      return [wanted[0] ? da() : null, wanted[1] ? db() : null]
    },
  },
  /** x·kernel + bias: x [batch, in], kernel [in, out], bias [out]. */
  linear: {
    shape([x, kernel, bias]) {
      if (x!.length !== 2 || kernel!.length !== 2 || x![1] !== kernel![0])
        throw new RangeError(`linear: input ${shown(x!)} does not fit kernel ${shown(kernel!)}`)
      if (bias!.length !== 1 || bias![0] !== kernel![1])
        throw new RangeError(`linear: bias ${shown(bias!)} does not fit kernel ${shown(kernel!)}`)
      return [x![0]!, kernel![1]!]
    },
    gradient(p, { inputs }, g, wanted) {
      const [x, kernel] = [inputs[0]!, inputs[1]!]
      return [
        wanted[0] ? product(p, g, kernel, false, true) : null,
        wanted[1] ? product(p, x, g, true, false) : null,
        wanted[2] ? p.sum(g, [0]) : null,
      ]
    },
  },
}

const product = (p: ProgramWriter, a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
  p.emit('matmul', [a, b], { transposeA, transposeB })
