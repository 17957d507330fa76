import assert from 'node:assert/strict'
import { Random } from '../../src/base/random'
import type { Tensor } from '../../src/tensor/builder'
import { differentiate } from '../../src/tensor/differentiate'
import { size } from '../../src/tensor/primitive'
import { Program } from '../../src/tensor/program'
import { primitives } from '../../src/tensor/table'
import { primitiveCases, type PrimitiveCase } from './primitiveCases'
import { interpret } from './reference'
import { relativeError, runOnTensorFlow, runProgram } from './runProgram'

type Feeds = Map<string, Float64Array>

interface Built {
  readonly program: Program
  readonly inputs: readonly Tensor[]
  readonly output: Tensor
  readonly gradients: readonly (Tensor | null)[] | null
  readonly feeds: Feeds
}

const differentiable = ({ kind }: PrimitiveCase) => primitives.get(kind)!.gradient !== undefined

function build(given: PrimitiveCase, seed: number): Built {
  const random = Random.seeded(seed, given.kind)
  const program = new Program()
  const inputs = given.shapes.map((shape, i) => program.input(`x${i}`, shape))
  const output = program.emit(given.kind, inputs, given.attributes)
  const cotangent = program.input('cotangent', output.shape)
  const gradients = differentiable(given) ? differentiate(program, [{ output, cotangent }], inputs) : null
  const feeds: Feeds = new Map(inputs.map((x, i) => [`x${i}`, draw(given, size(x.shape), random)]))
  feeds.set(
    'cotangent',
    Float64Array.from({ length: size(output.shape) }, () => Math.fround(random.normal())),
  )
  return { program, inputs, output, gradients, feeds }
}

/** Numbers that float32 holds exactly, so that both sides see the same. */
function draw({ range = [-2, 2], kink, indices }: PrimitiveCase, n: number, random: Random): Float64Array {
  if (indices !== undefined) return Float64Array.from({ length: n }, () => random.below(indices))
  // Where there are kinks: distinct multiples of a step, shuffled and never 0.
  if (kink) return random.shuffle(Float64Array.from({ length: n }, (_, i) => Math.fround(((i - (n >> 1) + 0.5) * 4) / n)))
  return Float64Array.from({ length: n }, () => Math.fround(range[0] + (range[1] - range[0]) * random.uniform()))
}

const inner = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0)

/** Central differences of ⟨cotangent, output⟩ in float64, in at most `most` coordinates of one input. */
function finiteDifferences({ program, output, feeds }: Built, input: number, coordinates: readonly number[]): number[] {
  const cotangent = feeds.get('cotangent')!
  const step = 1e-5
  return coordinates.map(at => {
    const value = (shift: number) => {
      const moved = Float64Array.from(feeds.get(`x${input}`)!)
      moved[at]! += shift
      return inner(interpret(program, new Map(feeds).set(`x${input}`, moved), [output])[0]!, cotangent)
    }
    return (value(step) - value(-step)) / (2 * step)
  })
}

const title = ({ kind, shapes, attributes }: PrimitiveCase) =>
  `${kind} ${shapes.map(s => `[${s.join()}]`).join(' ')} ${attributes ? JSON.stringify(attributes) : ''}`

describe('primitives', () => {
  it('all have a case', () => {
    const covered = new Set(primitiveCases.map(c => c.kind))
    assert.deepEqual(
      [...primitives.keys()].filter(kind => kind !== 'input' && kind !== 'constant' && !covered.has(kind)),
      [],
    )
  })

  primitiveCases.forEach((given, seed) => {
    describe(title(given), () => {
      const built = build(given, seed + 1)
      const { program, inputs, output, gradients, feeds } = built

      it('is computed by ONNX Runtime as by the reference', async () => {
        const expected = interpret(program, feeds, [output])[0]!
        for (const plain of [true, false]) {
          const [actual] = await runProgram(program, feeds, [output], plain)
          assert.ok(relativeError(actual!, expected) < 2e-6, plain ? 'plain forms' : 'blocked forms')
        }
      })

      it('is computed by TensorFlow.js as by the reference', async () => {
        const [actual] = await runOnTensorFlow(program, feeds, [output])
        const error = relativeError(actual!, interpret(program, feeds, [output])[0]!)
        assert.ok(error < 2e-6, String(error))
      })

      if (!gradients || given.indices !== undefined) return

      it('has gradients that agree with finite differences, and in both engines', async () => {
        const known = gradients.flatMap((g, i) => (g ? [i] : []))
        const gradient = known.map(i => gradients[i]!)
        const computed = known.length === 0 ? [] : await runProgram(program, feeds, gradient)
        const others = known.length === 0 ? [] : await runOnTensorFlow(program, feeds, gradient)
        others.forEach((values, k) => assert.ok(relativeError(values, computed[k]!) < 1e-5, `input ${known[k]} in TensorFlow.js`))
        inputs.forEach((x, i) => {
          const n = size(x.shape)
          // All of a small input; of a large one, where each difference costs much, a few.
          const few = n <= 60 ? n : n <= 400 ? 12 : 3
          const coordinates = Array.from({ length: few }, (_, k) => Math.floor(((k + 0.37) * n) / few))
          const expected = given.stops ? coordinates.map(() => 0) : finiteDifferences(built, i, coordinates)
          const all = known.includes(i) ? computed[known.indexOf(i)]! : new Float32Array(n)
          assert.ok(
            relativeError(
              coordinates.map(c => all[c]!),
              expected,
            ) < 1e-5,
            `input ${i}`,
          )
        })
      })

      it('has gradients linear in the cotangent', async () => {
        const wanted = gradients.filter(g => g !== null)
        if (wanted.length === 0) return
        const random = Random.seeded(seed, 'linear')
        const [c, d] = [feeds.get('cotangent')!, Float64Array.from(feeds.get('cotangent')!, () => random.normal())]
        const at = (cotangent: Float64Array) => interpret(program, new Map(feeds).set('cotangent', cotangent), wanted)
        const [gc, gd, both] = [at(c), at(d), at(c.map((value, i) => 3 * value - 2 * d[i]!))]
        both.forEach((g, k) =>
          assert.ok(
            relativeError(
              g,
              g.map((_, i) => 3 * gc[k]![i]! - 2 * gd[k]![i]!),
            ) < 1e-12,
          ),
        )
      })

      if (!given.linear) return

      it('is the adjoint of itself: ⟨Jx, y⟩ = ⟨x, Jᵀy⟩', async () => {
        const [forward, ...back] = await runProgram(program, feeds, [output, ...gradients.map(g => g!)])
        const left = inner(forward!, feeds.get('cotangent')!)
        const right = inputs.reduce((sum, _, i) => sum + inner(feeds.get(`x${i}`)!, back[i]!), 0)
        assert.ok(Math.abs(left - right) < 1e-5 * Math.max(1, Math.abs(left)), `${left} ${right}`)
      })
    })
  })
})
