import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import type { Json } from '../../../src/base/json'
import { methodOf, methods as table } from '../../../src/methods/table'
import type { StepAnswer, StepView } from '../../../src/methods/method'
import { combine, dot, gramOf, length, samples, type Matrix, type Sample } from './matrices'

/** Without the one that is written in the model file. */
const methods = table.filter(({ traced }) => !traced)

const ascending = { ...Random.seeded(1), uniform: () => 0.5, normal: () => 0.3, shuffle: <A>(items: A) => items }

function create(kind: string, T: number, options: Readonly<Record<string, Json>> = {}, random: typeof ascending = ascending) {
  const definition = methodOf(kind)!
  const defaults = Object.entries(definition.options).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default]]))
  const required: Readonly<Record<string, Json>> = kind === 'fixed' ? { weights: {} } : {}
  return definition.create({
    tasks: Array.from({ length: T }, (_, i) => `t${i}`),
    options: { ...(Object.fromEntries(defaults) as Record<string, Json>), ...required, ...options },
    random,
    learningRate: 1e-3,
  })
}

function run(
  kind: string,
  J: Matrix,
  options: Readonly<Record<string, Json>> = {},
  view: Partial<StepView> = {},
  random: typeof ascending = ascending,
) {
  const method = create(kind, J.length, options, random)
  const present = J.map(() => true)
  const given: StepView = {
    present,
    losses: Float64Array.from(J, (_, i) => 1 + i / 3),
    gram: gramOf(J),
    rows: J.map(row => Float64Array.from(row)),
    ...view,
  }
  const answer = method.weights(given)
  return { method, answer, direction: directionOf(answer, J) }
}

const directionOf = ({ shared, direction }: StepAnswer, J: Matrix): number[] => (direction ? [...direction] : combine(shared, J))
const all = samples()
const zeroFree = (sample: Sample) => sample.J.every(row => length(row) > 0)
/** Whether no combination of the rows cancels: only then do bargains exist. */
const independent = ({ rank, J }: Sample) => rank === J.length

/** ‖a − b‖ beside the size of what was added up to make them. */
function assertSame(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number, what: string): void {
  const distance = length(Array.from(a, (value, i) => value - b[i]!))
  assert.ok(
    distance <= tolerance * Math.max(length(a), length(b), 1e-300),
    `${what}: ${distance} between ${Array.from(a).join()} and ${Array.from(b).join()}`,
  )
}

/** What rounding leaves where combined rows cancel: it has no direction. */
const noise = (J: Matrix, weights: ArrayLike<number>): number => 1e-9 * Math.max(...J.map((row, i) => length(row) * Math.abs(weights[i]!)))

function assertNonConflicting(J: Matrix, d: readonly number[], what: string, tolerance = 1e-7): void {
  for (const row of J) {
    const cosine = dot(row, d) / (length(row) * length(d) || 1)
    assert.ok(cosine >= -tolerance, `${what}: cosine ${cosine}`)
  }
}

describe('properties of the weightings', () => {
  const gradientBased = methods.filter(({ needs }) => needs.includes('gram') || needs.includes('rows')).map(({ kind }) => kind)

  it('are finite on every matrix, and at zero', () => {
    const zeros = {
      name: 'zeros',
      J: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      rank: 0,
    }
    const opposed = {
      name: 'opposed',
      J: [
        [1, 2],
        [-1, -2],
      ],
      rank: 1,
    }
    for (const { kind } of methods)
      for (const { name, J } of [...all, zeros, opposed]) {
        const { direction, answer } = run(kind, J)
        assert.ok(direction.every(Number.isFinite) && answer.shared.every(Number.isFinite), `${kind} on ${name}: ${direction.join()}`)
      }
  })

  it('conflict with no task (UPGrad, DualProj, MGDA, FairGrad, CAGrad with c ≥ 1)', () => {
    for (const sample of all) {
      const { J, name } = sample
      for (const kind of ['upGrad', 'dualProj']) {
        const { direction, answer } = run(kind, J, { regularisation: 0 })
        if (length(direction) > noise(J, answer.shared)) assertNonConflicting(J, direction, `${kind} on ${name}`)
      }
      const mgda = run('mgda', J)
      if (length(mgda.direction) > noise(J, mgda.answer.shared)) assertNonConflicting(J, mgda.direction, `mgda on ${name}`, 1e-6)
      for (const c of [1, 2]) {
        const { direction } = run('caGrad', J, { c })
        if (
          length(direction) >
          1e-7 *
            length(
              combine(
                J.map(() => 1),
                J,
              ),
            )
        )
          assertNonConflicting(J, direction, `caGrad ${c} on ${name}`, 1e-5)
      }
      if (independent(sample) && zeroFree(sample)) assertNonConflicting(J, run('fairGrad', J).direction, `fairGrad on ${name}`)
    }
  })

  it('do not depend on the order of the tasks', () => {
    const free = gradientBased.filter(kind => !['pcGrad', 'gradVac', 'gradNorm', 'excessMtl'].includes(kind))
    for (const { J, name } of all) {
      const order = Random.seeded(5, name).shuffle(J.map((_, i) => i))
      const losses = Float64Array.from(J, (_, i) => 1 + i / 3)
      for (const kind of free) {
        const a = run(kind, J, {}, { losses })
        const b = run(
          kind,
          order.map(i => J[i]!),
          {},
          { losses: Float64Array.from(order, i => losses[i]!) },
        )
        assert.equal(a.answer.note === undefined, b.answer.note === undefined, `${kind} on ${name}`)
        // Dependent rows with no common direction: what is left is rounding.
        if (a.answer.note !== undefined || (kind === 'conFig' || kind === 'imtlG' ? /deficient/.test(name) : false)) continue
        const scale = Math.max(length(a.direction), 1e-7 * Math.max(...J.map((row, i) => length(row) * Math.abs(a.answer.shared[i]!))))
        assert.ok(
          length(a.direction.map((x, p) => x - b.direction[p]!)) <= 1e-6 * scale,
          `${kind} on ${name}: ${a.direction.join()} and ${b.direction.join()}`,
        )
      }
    }
  })

  it('UPGrad and ConFIG are linear under row scaling', () => {
    for (const { J, name } of all.filter(({ name }) => /generic|nearly opp/.test(name))) {
      const random = Random.seeded(9, name)
      const [a, b] = [J.map(() => 0.1 + random.uniform()), J.map(() => 0.1 + random.uniform())]
      const of = (kind: string, c: readonly number[]) =>
        run(
          kind,
          J.map((row, i) => row.map(x => x * c[i]!)),
          kind === 'upGrad' ? { regularisation: 0 } : {},
        ).direction
      for (const kind of ['upGrad', 'conFig']) {
        const sum = of(
          kind,
          a.map((x, i) => x + b[i]!),
        )
        assertSame(
          sum,
          of(kind, a).map((x, p) => x + of(kind, b)[p]!),
          1e-7,
          `${kind} on ${name}`,
        )
      }
    }
  })

  it('MGDA meets its optimality conditions: no row has a smaller product with d than d itself', () => {
    for (const { J, name } of all) {
      const { answer, direction: d } = run('mgda', J)
      assert.ok(answer.shared.every(w => w >= 0) && Math.abs(answer.shared.reduce((a, b) => a + b) - 1) < 1e-12, name)
      if (length(d) <= noise(J, answer.shared)) continue
      const square = dot(d, d)
      J.forEach((row, i) => {
        const gap = dot(row, d) - square
        const size =
          Math.max(length(row), length(d)) * length(d) + 1e-13 * length(row) * Math.max(...J.map((r, k) => length(r) * answer.shared[k]!))
        assert.ok(gap >= -1e-7 * size, `${name}: row ${i} by ${gap} of ${size}`)
        if (answer.shared[i]! * length(row) > 1e-6 * length(d))
          assert.ok(Math.abs(gap) <= 1e-6 * size + 1e-300, `${name}: active row ${i} by ${gap} of ${size}`)
      })
    }
  })

  it('CAGrad goes to the rim of its ball, and no task gains less there than g_w has it', () => {
    for (const { J, name } of all.filter(sample => independent(sample) && zeroFree(sample)))
      for (const c of [0.2, 0.5, 0.9, 1, 2]) {
        const { method, direction: d } = run('caGrad', J, { c })
        const mean = combine(J.map(() => 1 / J.length), J) // prettier-ignore
        const radius = length(d.map((x, p) => x - mean[p]!))
        assert.ok(Math.abs(radius - c * length(mean)) <= 1e-6 * radius, `${name}, c = ${c}: ${radius} of ${c * length(mean)}`)
        const gain = dot(combine(method.details!().simplexWeights as number[], J), d)
        for (const row of J) {
          const more = dot(row, d) - gain
          assert.ok(more >= -1e-6 * length(row) * length(d), `${name}, c = ${c}: ${more} for a gain of ${gain}`)
        }
      }
  })

  it('CAGrad takes the mean, and says so, where a task has no gradient', () => {
    const { answer } = run('caGrad', [[1, 0], [0, 0]]) // prettier-ignore
    assert.deepEqual([...answer.shared], [0.5, 0.5])
    assert.match(answer.note!, /without a gradient/)
  })

  it('the dual cone’s weights meet theirs: v ≥ u, Gv ≥ 0, (v − u)·Gv = 0', () => {
    for (const { J, name } of all) {
      const { answer, direction: d } = run('dualProj', J, { regularisation: 0 })
      const u = 1 / J.length
      if (length(d) <= noise(J, answer.shared)) continue
      J.forEach((row, i) => {
        assert.ok(answer.shared[i]! >= u - 1e-12, name)
        const product = dot(row, d) / (length(row) * length(d) || 1)
        if ((answer.shared[i]! - u) * length(row) > 1e-6 * length(d)) assert.ok(Math.abs(product) < 1e-6, `${name}: ${product}`)
      })
    }
  })

  it('PCGrad is UPGrad’s sum for two tasks', () => {
    for (const { J, name } of all.filter(({ J }) => J.length === 2)) {
      const [a, b] = [run('pcGrad', J), run('upGrad', J, { regularisation: 0, preference: 'sum' })]
      if (length(a.direction) > noise(J, a.answer.shared)) assertSame(a.direction, b.direction, 1e-7, name)
      else assert.ok(length(b.direction) <= noise(J, b.answer.shared), name)
    }
  })

  it('Nash’s direction is indifferent to the scale of each task, and solves its equation', () => {
    for (const sample of all.filter(s => independent(s) && zeroFree(s))) {
      const { J, name } = sample
      const random = Random.seeded(3, name)
      const scaled = J.map(row => row.map(x => x * 10 ** (random.uniform() * 6 - 3)))
      const scales = J.map(() => 10 ** (random.uniform() * 6 - 3))
      const other = J.map((row, i) => row.map(x => x * scales[i]!))
      assert.ok(scaled.length > 0)
      const { answer, direction } = run('nashMtl', J, { maxNorm: 0 })
      assertSame(direction, run('nashMtl', other, { maxNorm: 0 }).direction, 1e-6, name)
      J.forEach((row, i) => assert.ok(Math.abs(answer.shared[i]! * dot(row, direction) - 1) < 1e-6, name))
      const length_ = length(run('nashMtl', J).direction)
      assert.ok(length_ <= 1 + 1e-9, name)
    }
  })

  it('FairGrad solves its equation for every α', () => {
    for (const sample of all.filter(s => independent(s) && zeroFree(s)))
      for (const alpha of [0.5, 1, 2, 5]) {
        const { answer, direction } = run('fairGrad', sample.J, { alpha })
        sample.J.forEach((row, i) => {
          const expected = answer.shared[i]! ** (-1 / alpha)
          const size = length(row) * sample.J.reduce((sum, other, j) => sum + length(other) * answer.shared[j]!, 0)
          const off = Math.abs(dot(row, direction) - expected)
          assert.ok(off <= 1e-9 * expected + 1e-13 * size, `${sample.name}, α = ${alpha}: ${off} of ${expected}`)
        })
      }
  })

  it('IMTL-G projects equally, ConFIG has equal angles, Aligned-MTL’s rows are orthogonal and of one length', () => {
    for (const sample of all.filter(s => independent(s) && zeroFree(s) && /generic|rows from/.test(s.name))) {
      const { J, name } = sample
      const imtl = run('imtlG', J)
      const projections = J.map(row => dot(row, imtl.direction) / length(row))
      assertSame(
        projections,
        projections.map(() => projections[0]!),
        1e-6,
        `imtlG on ${name}`,
      )
      const conFig = run('conFig', J).direction
      const cosines = J.map(row => dot(row, conFig) / length(row) / length(conFig))
      assertSame(
        cosines,
        cosines.map(() => cosines[0]!),
        1e-7,
        `conFig on ${name}`,
      )
    }
    for (const { J, name } of all.filter(({ name }) => /generic/.test(name))) {
      const d = run('alignedMtl', J, { preference: 'sum' }).direction
      const least = Math.sqrt(J.length) // d is the sum of T orthogonal vectors of length σ_min
      const mean = run('alignedMtl', J, { preference: 'mean' }).direction
      assertSame(
        d,
        mean.map(x => x * J.length),
        1e-12,
        name,
      )
      assert.ok(length(d) > 0 && least > 0)
    }
  })

  it('leave absent tasks out: the answer is that of the others alone, and their state stays', () => {
    for (const { J, name } of all.filter(({ name }) => /generic, T = [35]/.test(name)))
      for (const { kind, needs } of methods) {
        const absent = 1
        const present = J.map((_, i) => i !== absent)
        const losses = Float64Array.from(J, (_, i) => (i === absent ? NaN : 1 + i / 3))
        const zeroed = J.map((row, i) => (i === absent ? row.map(() => 0) : row))
        const { answer, method } = run(kind, zeroed, {}, { present, losses })
        assert.equal(answer.shared[absent], 0, `${kind} on ${name}`)
        const kept = (state: Json) =>
          JSON.stringify(state, (_, value: unknown) =>
            Array.isArray(value) && value.length === J.length ? (value[absent] as unknown) : value,
          )
        const before =
          run(kind, zeroed).method.state() &&
          kept(
            methodOf(kind)!
              .create({
                tasks: J.map((_, i) => `t${i}`),
                options: kind === 'fixed' ? { weights: {} } : {},
                random: ascending,
                learningRate: 1e-3,
              })
              .state(),
          )
        method.afterStep?.(losses, present)
        method.afterUpdate?.(
          losses,
          losses.map(loss => loss * 0.9),
          present,
        )
        if (before && !['gradVac'].includes(kind) && kind !== 'dwa') assert.equal(kept(method.state()), before, `${kind} on ${name}`)
        assert.ok(![...(method.slots?.() ?? [])].some(([slot]) => slot.endsWith(`/t${absent}`)), `${kind} on ${name}`)
        if (['fixed', 'rlw', 'gradNorm', 'moCo', 'dwa'].includes(kind) || needs.length === 0) continue
        const others = run(
          kind,
          zeroed.filter((_, i) => i !== absent),
          {},
          { present: present.filter(Boolean), losses: losses.filter((_, i) => i !== absent) },
        )
        assertSame(directionOf(answer, zeroed), others.direction, 1e-9, `${kind} on ${name}`)
      }
  })

  it('stay finite, and so does their state, over steps of any scale in which tasks come and go', () => {
    const finite = (state: Json): boolean =>
      typeof state === 'number' ? Number.isFinite(state) : typeof state !== 'object' || state === null || Object.values(state).every(finite)
    for (const { kind, options } of methods)
      for (const T of [2, 3, 6]) {
        const random = Random.seeded(T, kind)
        const method = create(kind, T, 'robustStepSize' in options ? { robustStepSize: 1 } : {})
        for (let step = 1; step <= 60; step++) {
          const present = Array.from({ length: T }, (_, i) => i === step % T || random.uniform() < 0.8)
          const scales = present.map(here => (here && random.uniform() < 0.9 ? 10 ** (random.uniform() * 15 - 6) : 0))
          const J = scales.map(scale => Array.from({ length: T + 2 }, () => scale * random.normal()))
          const some = () => Float64Array.from(present, here => (here ? 10 ** (random.uniform() * 12 - 6) : NaN))
          const losses = some()
          const {
            shared,
            heads = shared,
            direction = [],
          } = method.weights({ present, losses, gram: gramOf(J), rows: J.map(row => Float64Array.from(row)) })
          assert.ok([...shared, ...heads, ...direction].every(Number.isFinite), `${kind}, T = ${T}, step ${step}: ${shared.join()}`)
          method.afterStep?.(losses, present)
          method.afterUpdate?.(losses, some(), present)
          if (step % 10 === 0) method.epochEnd?.(some())
          assert.ok(finite(method.state()), `${kind}, T = ${T}, step ${step}: ${JSON.stringify(method.state())}`)
        }
      }
  })

  it('a loss of zero, whose gradient is rounding, does not become the whole step', () => {
    for (const kind of ['si', 'gls', 'stch', 'famo', 'dbMtl']) {
      const rows = [[1e-2, 0], [0, 1e-8]].map(row => Float64Array.from(row)) // prettier-ignore
      const { shared, direction, note } = create(kind, 2).weights({ present: [true, true], losses: Float64Array.of(1e-2, 0), rows })
      const [given, rounding] = direction ?? [shared[0]! * 1e-2, shared[1]! * 1e-8]
      assert.ok(rounding! <= 1.01 * given!, `${kind}: ${rounding} beside ${given}`)
      if (kind !== 'famo') assert.match(note!, /1e-8/)
    }
  })

  it('GradNorm takes no weight from the shorter of two gradients, however long they are', () => {
    for (const scale of [1, 1e2, 1e4, 1e8]) {
      const method = create('gradNorm', 2, { alpha: 0 })
      const gram = Float64Array.of(scale ** 2, 0, 0, 9 * scale ** 2)
      const step = { present: [true, true], losses: Float64Array.of(1, 1), gram }
      method.weights(step)
      const [short, long] = method.weights(step).shared
      assert.ok(short! > 1 && long! > 0 && Math.abs(short! + long! - 2) < 1e-12, `${scale}: ${short}, ${long}`)
    }
  })
})
