import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Options } from '../../src/base/options'
import { batchNorm } from '../../src/layers/batchNorm'
import { channelsFirst, channelsLast } from '../../src/layers/channels'
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
  readonly options: Options
  readonly rows: number
  readonly training: boolean
  readonly input: ArrayRecord
  readonly parameters: Readonly<Record<string, ArrayRecord>>
  /** Of the rows that count only. */
  readonly output: ArrayRecord
  readonly cotangent: number[]
  readonly after: readonly [number[], number[]]
  readonly gradients: Readonly<Record<string, number[]>>
}

const fixtures = JSON.parse(readFileSync(resolve('test/fixtures/pytorch/batchNorm.json'), 'utf8')) as Fixture[]

describe('batch norm agrees with PyTorch on the rows that count', () => {
  fixtures.forEach(({ options: given, rows, training, input, parameters, output: expected, cotangent, after, gradients }, n) => {
    it(`${n} ${training ? 'training' : 'evaluating'} [${input.shape.join()}], ${rows} rows, ${JSON.stringify(given)}`, async () => {
      const options = { momentum: 0.9, epsilon: 1e-5, scale: true, shift: true, ...given }
      const program = new Program()
      const [batch] = input.shape as [number]
      const x = program.input('input', input.shape)
      const weights = Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, program.input(name, shape)]))
      const updates = new Map<string, Tensor>()
      const y = batchNorm.lower(program, channelsFirst(program, x), {
        options,
        parameters: weights,
        training,
        realRows: () => program.input('rows', [batch]),
        update: (statistic, value) => void updates.set(statistic, value),
      })
      const output = channelsLast(program, y)
      const names = Object.keys(gradients)
      const sources = names.map(name => (name === 'input' ? x : weights[name]!))
      const computed = differentiate(program, [{ output, cotangent: program.input('cotangent', output.shape) }], sources).map(g => g!)
      const perRow = expected.values.length / rows
      const padding = Array.from({ length: (batch - rows) * perRow }, () => 0)
      const feeds = new Map<string, ArrayLike<number>>([
        ['input', input.values],
        ['rows', Array.from({ length: batch }, (_, row) => (row < rows ? 1 : 0))],
        ['cotangent', [...cotangent, ...padding]],
        ...Object.entries(parameters).map(([name, { values }]): [string, number[]] => [name, values]),
      ])
      const wanted = [output, ...(training ? [updates.get('mean')!, updates.get('variance')!] : []), ...computed]
      const values = await runProgram(program, feeds, wanted)
      assert.ok(relativeError(values[0]!.subarray(0, rows * perRow), expected.values) < 2e-5, 'output')
      if (training) after.forEach((v, i) => assert.ok(relativeError(values[i + 1]!, v) < 1e-5, `running ${i ? 'variance' : 'mean'}`))
      else assert.equal(updates.size, 0)
      values.slice(training ? 3 : 1).forEach((g, i) => assert.ok(relativeError(g, gradients[names[i]!]!) < 3e-5, `gradient of ${names[i]}`))

      // What stands in the rows that do not count changes nothing.
      if (!training || rows === batch) return
      const other = Float64Array.from(input.values, (v, i) => (i < rows * perRow ? v : 1000 + i))
      const again = interpret(program, new Map(feeds).set('input', other), wanted)
      assert.ok(relativeError(again[0]!.subarray(0, rows * perRow), expected.values) < 1e-6)
      again.slice(3).forEach((g, i) => assert.ok(relativeError(g, gradients[names[i]!]!) < 1e-6, names[i]))
    })
  })
})
