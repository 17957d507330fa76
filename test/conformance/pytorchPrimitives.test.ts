import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { differentiate } from '../../src/tensor/differentiate'
import type { Attributes } from '../../src/tensor/primitive'
import { Program } from '../../src/tensor/program'
import { relativeError, runProgram } from './runProgram'

interface Fixture {
  readonly kind: string
  readonly attributes: Attributes
  readonly inputs: readonly { readonly shape: number[]; readonly values: number[] }[]
  readonly output: { readonly shape: number[]; readonly values: number[] }
  readonly cotangent: number[]
  readonly gradients: readonly number[][]
}

const fixtures = JSON.parse(readFileSync(resolve('test/fixtures/pytorch/primitives.json'), 'utf8')) as Fixture[]

describe('primitives agree with PyTorch', () => {
  fixtures.forEach(({ kind, attributes, inputs, output, cotangent, gradients }, n) => {
    it(`${n} ${kind} ${inputs.map(x => `[${x.shape.join()}]`).join(' ')} ${JSON.stringify(attributes)}`, async () => {
      const program = new Program()
      const xs = inputs.map(({ shape }, i) => program.input(`x${i}`, shape))
      const y = program.emit(kind, xs, attributes)
      assert.deepEqual(y.shape, output.shape)
      const grads = differentiate(program, [{ output: y, cotangent: program.input('cotangent', y.shape) }], xs)
      const feeds = new Map<string, number[]>([
        ...inputs.map(({ values }, i): [string, number[]] => [`x${i}`, values]),
        ['cotangent', cotangent],
      ])
      const [value, ...actual] = await runProgram(program, feeds, [y, ...grads.map(g => g!)])
      assert.ok(relativeError(value!, output.values) < 2e-6, 'output')
      gradients.forEach((expected, i) => assert.ok(relativeError(actual[i]!, expected) < 3e-6, `gradient ${i}`))
    })
  })
})
