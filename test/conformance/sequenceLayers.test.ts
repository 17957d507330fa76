import assert from 'node:assert/strict'
import type { Options } from '../../src/base/options'
import { Random } from '../../src/base/random'
import { layerOf } from '../../src/layers/table'
import { differentiate } from '../../src/tensor/differentiate'
import { Program } from '../../src/tensor/program'
import { engines, relativeError } from './runProgram'

const [rows, length, vocabulary, dimensions] = [3, 4, 6, 5]
/** 0 fills up; the last text is empty. */
const tokens = [2, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0]
const random = Random.seeded(4)
const kernel = Array.from({ length: vocabulary * dimensions }, () => random.normal())

/** torch.nn.Embedding with padding_idx 0, and torch.nn.EmbeddingBag with it: its padding does not count in the mean. */
function expectedOutput(pooling: string): number[] {
  const vector = (token: number) => Array.from({ length: dimensions }, (_, d) => (token === 0 ? 0 : kernel[token * dimensions + d]!))
  return Array.from({ length: rows }, (_, row) => {
    const text = tokens.slice(row * length, (row + 1) * length)
    if (pooling === 'none') return text.flatMap(vector)
    const present = text.filter(token => token !== 0)
    const sum = Array.from({ length: dimensions }, (_, d) => present.reduce((n, token) => n + vector(token)[d]!, 0))
    return pooling === 'sum' ? sum : sum.map(value => value / Math.max(1, present.length))
  }).flat()
}

/** Each token's vector gets the cotangents of the places where it stands. */
function expectedGradient(pooling: string, cotangent: readonly number[]): number[] {
  const gradient = new Array<number>(kernel.length).fill(0)
  tokens.forEach((token, at) => {
    if (token === 0) return
    const row = Math.floor(at / length)
    const present = tokens.slice(row * length, (row + 1) * length).filter(t => t !== 0).length
    for (let d = 0; d < dimensions; d++) {
      const from = pooling === 'none' ? at * dimensions + d : row * dimensions + d
      gradient[token * dimensions + d]! += cotangent[from]! / (pooling === 'mean' ? present : 1)
    }
  })
  return gradient
}

function build(kind: string, options: Options, input: readonly number[], weights: Readonly<Record<string, readonly number[]>>) {
  const program = new Program()
  const x = program.input('input', input)
  const parameters = Object.fromEntries(Object.entries(weights).map(([name, shape]) => [name, program.input(name, shape)]))
  const layer = layerOf(kind)!
  const refuse = () => assert.fail()
  const output = layer.lower(program, x, { options, parameters, training: true, realRows: refuse, update: refuse })
  assert.deepEqual(output.shape.slice(1), layer.shape(input.slice(1), options))
  const cotangent = program.input('cotangent', output.shape)
  const wanted = Object.keys(parameters).length > 0 ? Object.values(parameters) : [x]
  return { program, output, gradient: differentiate(program, [{ output, cotangent }], wanted)[0]! }
}

describe('layers of sequences', () => {
  for (const [engine, run] of Object.entries(engines)) {
    for (const pooling of ['none', 'mean', 'sum']) {
      it(`embedding, pooling '${pooling}', on ${engine}`, async () => {
        const options = { dimensions, vocabulary, pooling }
        const { program, output, gradient } = build('embedding', options, [rows, length], { kernel: [vocabulary, dimensions] })
        const cotangent = Array.from({ length: output.shape.reduce((n, d) => n * d, 1) }, () => random.normal())
        const feeds = new Map<string, number[]>([
          ['input', tokens],
          ['kernel', kernel],
          ['cotangent', cotangent],
        ])
        const [y, g] = await run(program, feeds, [output, gradient])
        assert.ok(relativeError(y!, expectedOutput(pooling)) < 1e-5)
        assert.ok(relativeError(g!, expectedGradient(pooling, cotangent)) < 1e-5)
      })
    }

    it(`globalAveragePool1d on ${engine}`, async () => {
      const { program, output, gradient } = build('globalAveragePool1d', {}, [2, 3, 2], {})
      const feeds = new Map<string, number[]>([
        ['input', [1, 10, 2, 20, 6, 60, -1, 0, -2, 0, 0, 3]],
        ['cotangent', [3, 6, 9, 12]],
      ])
      const [y, g] = await run(program, feeds, [output, gradient])
      assert.ok(relativeError(y!, [3, 30, -1, 1]) < 1e-6)
      assert.ok(relativeError(g!, [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4]) < 1e-6)
    })
  }
})
