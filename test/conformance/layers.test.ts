import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Options } from '../../src/base/options'
import { channelsFirst, channelsLast } from '../../src/layers/channels'
import { layerOf } from '../../src/layers/table'
import type { Tensor } from '../../src/tensor/builder'
import { differentiate } from '../../src/tensor/differentiate'
import { Program } from '../../src/tensor/program'
import { interpret } from './reference'
import { relativeError, runProgram } from './runProgram'

interface ArrayRecord {
  readonly shape: number[]
  readonly values: number[]
}

interface Fixture {
  readonly kind: string
  readonly options: Options
  /** [batch, …shape], channels last. */
  readonly input: ArrayRecord
  readonly parameters: Readonly<Record<string, ArrayRecord>>
  readonly output: ArrayRecord
  readonly cotangent: number[]
  /** By parameter, and 'input'. */
  readonly gradients: Readonly<Record<string, number[]>>
}

const fixtures = JSON.parse(readFileSync(resolve('test/fixtures/pytorch/layers.json'), 'utf8')) as Fixture[]

function build({ kind, options: given, input, parameters }: Fixture) {
  const layer = layerOf(kind)!
  const defaults = Object.entries(layer.options).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default]]))
  const options = { ...Object.fromEntries(defaults), ...given } as Options
  const program = new Program()
  const x = program.input('input', input.shape)
  const weights = Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, program.input(name, shape)]))
  const y = layer.lower(program, channelsFirst(program, x), {
    options,
    parameters: weights,
    training: true,
    realRows: () => assert.fail(`${kind} asks for the rows that count`),
    update: () => assert.fail(`${kind} has no statistics`),
  })
  const output = channelsLast(program, y)
  const cotangent = program.input('cotangent', output.shape)
  const sources: [string, Tensor][] = [['input', x], ...Object.entries(weights)]
  const gradients = differentiate(
    program,
    [{ output, cotangent }],
    sources.map(([, tensor]) => tensor),
  )
  const described = layer.parameters?.(input.shape.slice(1), options).map(({ name, shape }) => [name, shape]) ?? []
  return { program, output, sources, gradients: gradients.map(g => g!), described, shape: layer.shape(input.shape.slice(1), options) }
}

describe('layers agree with PyTorch and with finite differences', () => {
  fixtures.forEach((fixture, n) => {
    const { kind, options, input, parameters, output: expected, cotangent, gradients } = fixture
    it(`${n} ${kind} ${JSON.stringify(options)} [${input.shape.join()}]`, async () => {
      const built = build(fixture)
      const { program, output } = built
      assert.deepEqual(output.shape, expected.shape)
      assert.deepEqual([input.shape[0], ...(built.shape as number[])], expected.shape, 'the shape rule')
      assert.deepEqual(
        built.described,
        Object.entries(parameters).map(([name, { shape }]) => [name, shape]),
      )
      const feeds = new Map<string, ArrayLike<number>>([
        ['input', input.values],
        ['cotangent', cotangent],
        ...Object.entries(parameters).map(([name, { values }]): [string, number[]] => [name, values]),
      ])
      const [y, ...computed] = await runProgram(program, feeds, [output, ...built.gradients])
      assert.ok(relativeError(y!, expected.values) < 1e-5, 'output')
      built.sources.forEach(([name], i) => assert.ok(relativeError(computed[i]!, gradients[name]!) < 1e-5, `gradient of ${name}`))

      const step = 1e-6
      for (const [i, [name]] of built.sources.entries()) {
        const values = feeds.get(name)!
        const few = Array.from({ length: Math.min(4, values.length) }, (_, k) =>
          Math.floor(((k + 0.37) * values.length) / Math.min(4, values.length)),
        )
        const differences = few.map(at => {
          const value = (shift: number) => {
            const moved = Float64Array.from(values)
            moved[at]! += shift
            return interpret(program, new Map(feeds).set(name, moved), [output])[0]!.reduce((sum, v, k) => sum + v * cotangent[k]!, 0)
          }
          return (value(step) - value(-step)) / (2 * step)
        })
        assert.ok(
          relativeError(
            few.map(at => computed[i]![at]!),
            differences,
          ) < 1e-4,
          `finite differences of ${name}`,
        )
      }
    })
  })
})
