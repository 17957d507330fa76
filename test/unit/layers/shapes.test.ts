import assert from 'node:assert/strict'
import type { Json } from '../../../src/base/json'
import type { Shape } from '../../../src/ir/shape'
import { isShapeProblem } from '../../../src/layers/layer'
import { layerOf, layers } from '../../../src/layers/table'

type Given = Record<string, Json>

const conv = { filters: 4, kernel: 5, strides: 1, padding: 'same', activation: 'linear', bias: true }

const shapes: [string, string, Given, Shape, Shape | RegExp][] = [
  ['dense', 'a vector', { units: 4 }, [3], [4]],
  ['dense', 'an unknown size', { units: 4 }, [null], [4]],
  ['dense', 'an unknown rank', { units: 4 }, null, [4]],
  ['dense', 'an image', { units: 4 }, [8, 8, 3], /needs a vector .* gets \[8, 8, 3\]/],
  ['conv2d', "padding 'same'", conv, [28, 27, 3], [28, 27, 4]],
  ['conv2d', "padding 'same' with strides", { ...conv, strides: 2 }, [28, 27, 3], [14, 14, 4]],
  ['conv2d', "padding 'valid'", { ...conv, padding: 'valid' }, [28, 27, 3], [24, 23, 4]],
  ['conv2d', "padding 'valid' with strides", { ...conv, padding: 'valid', strides: 3 }, [28, 5, 3], [8, 1, 4]],
  ['conv2d', 'a kernel larger than the image', { ...conv, padding: 'valid' }, [4, 9, 3], /larger than its input/],
  ['conv2d', 'a vector', conv, [9], /needs an image/],
  ['conv2d', 'unknown sizes', conv, [null, 8, 1], [null, 8, 4]],
  ['maxPool2d', 'what does not fill a window', { size: 2, padding: 'valid' }, [29, 28, 3], [14, 14, 3]],
  ['maxPool2d', 'windows that overlap', { size: 3, strides: 1, padding: 'valid' }, [29, 28, 3], [27, 26, 3]],
  ['maxPool2d', "padding 'same'", { size: 2, padding: 'same' }, [29, 28, 3], [15, 14, 3]],
  ['maxPool2d', 'a window larger than the image', { size: 9, padding: 'valid' }, [8, 8, 1], /larger than its input/],
  ['maxPool2d', 'a vector', { size: 2, padding: 'valid' }, [8], /needs an image/],
  ['conv2d', 'dilation', { ...conv, kernel: 3, dilation: 2, padding: 'valid' }, [28, 27, 3], [24, 23, 4]],
  ['conv2d', "dilation with padding 'same'", { ...conv, kernel: 3, dilation: 2 }, [28, 27, 3], [28, 27, 4]],
  ['conv2d', 'a dilated kernel larger than the image', { ...conv, kernel: 3, dilation: 4, padding: 'valid' }, [8, 28, 3], /9×9 is larger/],
  ['depthwiseConv2d', 'an image', { ...conv, multiplier: 2 }, [28, 27, 3], [28, 27, 6]],
  ['depthwiseConv2d', 'unknown channels', { ...conv, multiplier: 2 }, [28, 27, null], [28, 27, null]],
  ['depthwiseConv2d', 'a vector', { ...conv, multiplier: 2 }, [9], /needs an image/],
  ['averagePool2d', 'what does not fill a window', { size: 2, padding: 'valid' }, [29, 28, 3], [14, 14, 3]],
  ['averagePool2d', "padding 'same'", { size: 2, padding: 'same' }, [29, 28, 3], [15, 14, 3]],
  ['averagePool2d', 'a vector', { size: 2, padding: 'valid' }, [8], /averagePool2d needs an image/],
  ['globalAveragePool2d', 'an image', {}, [29, 28, 3], [3]],
  ['globalAveragePool2d', 'a vector', {}, [3], /needs an image/],
  ['reshape', 'a vector to an image', { shape: [2, 3, 4] }, [24], [2, 3, 4]],
  ['reshape', 'a size to be found', { shape: [4, -1] }, [2, 3, 4], [4, 6]],
  ['reshape', 'another number of values', { shape: [5, 5] }, [24], /\[24\] has 24 values, which do not fill \[5, 5\]/],
  ['reshape', 'a size that does not divide', { shape: [5, -1] }, [24], /do not fill/],
  ['reshape', 'an unknown size', { shape: [5, -1] }, [null], [5, null]],
  ['layerNorm', 'any shape', { epsilon: 1e-5, scale: true, shift: true }, [4, 3, 2], [4, 3, 2]],
  ['batchNorm', 'an image', { momentum: 0.9, epsilon: 1e-5, scale: true, shift: true }, [4, 3, 2], [4, 3, 2]],
  ['flatten', 'an image', {}, [4, 3, 2], [24]],
  ['flatten', 'an unknown size', {}, [4, null, 2], [null]],
  ['dropout', 'any shape', { rate: 0.5 }, [4, 3, 2], [4, 3, 2]],
  ['activation', 'any shape', { function: 'relu' }, [4], [4]],
  ['stopGradient', 'any shape', {}, [4, 3, 2], [4, 3, 2]],
  ['globalAveragePool1d', 'a sequence', {}, [7, 5], [5]],
  ['globalAveragePool1d', 'a vector', {}, [7], /needs a sequence/],
  ['embedding', 'tokens', { dimensions: 6, vocabulary: 50, pooling: 'none' }, [12], [12, 6]],
  ['embedding', 'pooled tokens', { dimensions: 6, vocabulary: 50, pooling: 'mean' }, [12], [6]],
  ['embedding', 'an unknown length', { dimensions: 6, vocabulary: 50, pooling: 'none' }, [null], [null, 6]],
  ['embedding', 'an image', { dimensions: 6, vocabulary: 50, pooling: 'none' }, [4, 3, 2], /needs tokens \[length\]/],
]

describe('shape rules', () => {
  for (const [kind, name, options, input, expected] of shapes) {
    it(`${kind}: ${name}`, () => {
      const result = layerOf(kind)!.shape(input, options)
      if (expected instanceof RegExp) assert.match(isShapeProblem(result) ? result.problem : String(result), expected)
      else assert.deepEqual(result, expected)
    })
  }

  it('are there for every layer', () => {
    const covered = new Set(shapes.map(([kind]) => kind))
    assert.deepEqual(
      layers.filter(layer => !covered.has(layer.kind)).map(layer => layer.kind),
      [],
    )
  })
})

describe('weights', () => {
  const parameters = (kind: string, input: Shape, options: Given) =>
    layerOf(kind)!
      .parameters?.(input, options)
      .map(({ name, shape }) => [name, shape])

  it('have the shapes that the engine expects', () => {
    assert.deepEqual(parameters('dense', [3], { units: 4, activation: 'relu', bias: true }), [
      ['kernel', [3, 4]],
      ['bias', [4]],
    ])
    assert.deepEqual(parameters('conv2d', [8, 8, 3], conv), [
      ['kernel', [4, 3, 5, 5]],
      ['bias', [4]],
    ])
    assert.deepEqual(parameters('dense', [3], { units: 4, activation: 'relu', bias: false }), [['kernel', [3, 4]]])
  })

  it('start as asked for, and may be regularised', () => {
    const kernel = (options: Given) => layerOf('dense')!.parameters!([3], { units: 4, activation: 'relu', bias: true, ...options })[0]!
    const variance = (scale: number, fan: string, distribution: string) => ({
      kind: 'variance',
      scale,
      fan,
      distribution,
      fanIn: 3,
      fanOut: 4,
    })
    assert.deepEqual(kernel({ initializer: 'glorotNormal' }).initializer, variance(1, 'average', 'normal'))
    assert.deepEqual(kernel({ initializer: 'heNormal' }).initializer, variance(2, 'in', 'normal'))
    assert.deepEqual(kernel({ initializer: 'lecunUniform' }).initializer, variance(1, 'in', 'uniform'))
    assert.deepEqual(kernel({ initializer: 'orthogonal' }).initializer, { kind: 'orthogonal' })
    assert.deepEqual(kernel({ initializer: 0.1 }).initializer, { kind: 'constant', value: 0.1 })
    assert.equal(kernel({ l2: 0.01 }).l2, 0.01)
    assert.equal(kernel({}).l2, undefined)
  })

  it('are unknown where the input is', () => {
    assert.deepEqual(parameters('dense', [null], { units: 4, activation: 'relu', bias: true }), [
      ['kernel', null],
      ['bias', [4]],
    ])
    assert.deepEqual(parameters('conv2d', null, conv)![0], ['kernel', null])
  })

  it('start by the activation that follows: He before a rectifier, else Glorot', () => {
    const kernel = (activation: string) => layerOf('dense')!.parameters!([3], { units: 4, activation, bias: true })[0]!.initializer
    assert.deepEqual(kernel('relu'), { kind: 'variance', scale: 2, fan: 'in', distribution: 'uniform', fanIn: 3, fanOut: 4 })
    assert.deepEqual(kernel('silu'), kernel('relu'))
    assert.deepEqual(kernel('tanh'), { kind: 'variance', scale: 1, fan: 'average', distribution: 'uniform', fanIn: 3, fanOut: 4 })
  })
})
