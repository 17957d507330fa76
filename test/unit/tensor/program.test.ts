import assert from 'node:assert/strict'
import { differentiate } from '../../../src/tensor/differentiate'
import { Program } from '../../../src/tensor/program'
import { Random } from '../../../src/base/random'
import { interpret } from '../../conformance/reference'

describe('Program', () => {
  it('finds equal operations instead of repeating them', () => {
    const p = new Program()
    const x = p.input('x', [2, 3])
    assert.equal(p.exp(x), p.exp(x))
    assert.notEqual(p.sum(x, [0]).id, p.sum(x, [1]).id)
    assert.equal(p.constant(2), p.constant(2))
  })

  it('keeps dropout masks apart', () => {
    const p = new Program()
    assert.notEqual(p.dropoutMask([2], 0.5).id, p.dropoutMask([2], 0.5).id)
    assert.deepEqual(
      p.masks.map(m => m.name),
      ['dropout/0', 'dropout/1'],
    )
  })

  it('spares explicit broadcasts where the other operand has the full shape', () => {
    const p = new Program()
    const [x, row] = [p.input('x', [4, 3]), p.input('row', [4, 1])]
    const product = p.multiply(p.broadcast(row, [4, 3]), x)
    assert.deepEqual(
      p.operation(product).inputs.map(t => t.id),
      [row.id, x.id],
    )
    assert.deepEqual(p.add(p.broadcast(row, [4, 3]), p.broadcast(row, [4, 3])).shape, [4, 3])
  })

  it('drops moves that move nothing', () => {
    const p = new Program()
    const x = p.input('x', [2, 3])
    assert.equal(p.reshape(p.reshape(x, [6]), [2, 3]), x)
    assert.equal(p.negate(p.negate(x)), x)
    assert.equal(p.transpose(x, [0, 1]), x)
    assert.equal(p.operation(p.transpose(p.input('image', [2, 5, 5, 1]), [0, 3, 1, 2])).kind, 'reshape')
    assert.equal(p.operation(p.transpose(p.input('colour', [2, 5, 5, 3]), [0, 3, 1, 2])).kind, 'transpose')
  })

  it('takes axes from the end and the mean over their product', () => {
    const p = new Program()
    const x = p.input('x', [2, 3, 4])
    assert.deepEqual(p.sum(x, [-1]).shape, [2, 3])
    assert.deepEqual(p.mean(x, [0, -1], true).shape, [1, 3, 1])
    assert.equal(p.constants.get(p.operation(p.mean(x, [0, -1])).inputs[1]!.id)![0], Math.fround(1 / 8))
  })

  it('refuses shapes that do not fit, saying which', () => {
    const p = new Program()
    const [a, b] = [p.input('a', [2, 3]), p.input('b', [4, 5])]
    assert.throws(() => p.add(a, b), /shapes \[2, 3\] and \[4, 5\] do not broadcast/)
    assert.throws(() => p.matmul(a, b), /\[2, 3\] and \[4, 5\]/)
    assert.throws(() => p.reshape(a, [7]), /\[2, 3\] does not fill \[7\]/)
    assert.throws(() => p.concat([a, b], 0), /differ outside axis 0/)
    assert.throws(() => p.linear(a, b), /\[2, 3\]/)
    assert.throws(() => p.sum(a, [2]), /axes 2/)
    assert.throws(() => p.transpose(a, [0, 0]), /no permutation/)
    assert.throws(() => p.emit('frobnicate', [a]), /unknown primitive 'frobnicate'/)
    const image = p.input('image', [1, 1, 2, 2])
    assert.throws(() => p.maxPool2d(image, { size: [3, 3], strides: [1, 1], pads: [0, 0, 0, 0] }), /larger than its input/)
    assert.throws(() => p.maxPool2d(image, { size: [2, 2], strides: [1, 1], pads: [2, 0, 0, 0] }), /smaller than the window/)
  })
})

describe('differentiate', () => {
  it('gives null where nothing depends on a tensor', () => {
    const p = new Program()
    const [x, y] = [p.input('x', [2]), p.input('y', [2])]
    const [dx, dy] = differentiate(p, [{ output: p.exp(x), cotangent: p.input('c', [2]) }], [x, y])
    assert.ok(dx)
    assert.equal(dy, null)
  })

  it('gives the cotangent itself for an output, and adds up the ways to a tensor', () => {
    const p = new Program()
    const [x, c] = [p.input('x', [2]), p.input('c', [2])]
    assert.equal(differentiate(p, [{ output: x, cotangent: c }], [x])[0], c)
    const [twice] = differentiate(p, [{ output: p.add(x, p.negate(x)), cotangent: c }], [x])
    assert.equal(p.operation(twice!).kind, 'add')
  })

  it('computes what two backward passes share once', () => {
    const p = new Program()
    const [x, w] = [p.input('x', [4, 3]), p.input('w', [3, 3])]
    const hidden = p.relu(p.matmul(x, w))
    const count = () => p.operations.filter(o => o.kind === 'positive').length
    for (const task of ['a', 'b'])
      differentiate(p, [{ output: p.matmul(hidden, p.input(task, [3, 1])), cotangent: p.input(`c${task}`, [4, 1]) }], [w])
    assert.equal(count(), 1)
  })

  it('does not compute gradients that nobody asked for', () => {
    const p = new Program()
    const [x, w] = [p.input('x', [4, 3]), p.input('w', [3, 2])]
    differentiate(p, [{ output: p.matmul(x, w), cotangent: p.input('c', [4, 2]) }], [w])
    assert.equal(p.operations.filter(o => o.kind === 'matmul').length, 2)
  })

  it('says where there is no gradient rule, and where a cotangent does not fit', () => {
    const p = new Program()
    const x = p.input('x', [1, 1, 2, 2])
    const geometry = { size: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }
    const y = p.emit('maxPool2dGradient', [x, p.maxPool2d(x, { size: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] })], geometry)
    assert.throws(() => differentiate(p, [{ output: y, cotangent: y }], [x]), /'maxPool2dGradient' has no gradient rule/)
    assert.throws(
      () => differentiate(p, [{ output: y, cotangent: p.input('c', [3]) }], [x]),
      /a cotangent \[3\] for an output \[1, 1, 2, 2\]/,
    )
  })
})

describe('pooling by phases', () => {
  const window = { size: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] } as const
  const geometry = { strides: [1, 1], pads: [0, 1, 1, 0], dilations: [1, 1] } as const
  const pooled = (channels: number, poolByPhases: boolean, image = 9) => {
    const p = new Program({ poolByPhases })
    const x = p.input('x', [2, channels, image, image])
    const y = p.maxPool2d(p.conv2d(x, p.input('kernel', [3, channels, 3, 3]), p.input('bias', [3]), geometry), window)
    return { p, y, kinds: () => p.operations.map(o => o.kind) }
  }

  it('is chosen for few channels and whole windows only', () => {
    assert.ok(pooled(2, true).kinds().includes('pad'))
    assert.ok(!pooled(2, false).kinds().includes('pad'))
    assert.ok(!pooled(30, true).kinds().includes('pad'))
    assert.ok(!pooled(2, true, 8).kinds().includes('pad'))
    assert.deepEqual(pooled(2, true).y.shape, pooled(2, false).y.shape)
  })

  it('gives the values and gradients of the plain form, ties included', () => {
    // Few distinct values: many windows hold their maximum more than once.
    const random = Random.seeded(6)
    const draw = (n: number) => Float64Array.from({ length: n }, () => random.below(3) - 1)
    const feeds = new Map([['x', draw(2 * 2 * 81)], ['kernel', draw(3 * 2 * 9)], ['bias', draw(3)], ['c', draw(2 * 3 * 16)]]) // prettier-ignore
    const [plain, phases] = [false, true].map(form => {
      const { p, y } = pooled(2, form)
      const leaves = p.operations.filter(o => o.kind === 'input').map(o => o.output)
      const gradients = differentiate(p, [{ output: y, cotangent: p.input('c', y.shape) }], leaves)
      return interpret(p, feeds, [y, ...gradients.map(g => g!)])
    })
    assert.deepEqual(phases, plain)
  })
})
