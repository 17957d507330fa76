import assert from 'node:assert/strict'
import { roundedPath, type Placement } from '../../../../webview/graph/placement'
import { makeScene } from '../../../../webview/graph/scene'
import { anchor, fit, maximumScale, minimumScale, scrollTo, zoomAt } from '../../../../webview/graph/viewTransform'
import { firstBox, walk } from '../../../../webview/graph/walk'
import { penguins } from '../../../fixtures/panels/graphs'

const screen = { width: 800, height: 600 }

describe('view of the drawing', () => {
  it('keeps the point under the pointer while it zooms', () => {
    const view = { x: 30, y: -20, scale: 0.8 }
    const next = zoomAt(view, { x: 200, y: 100 }, 1.5)
    const drawn = (v: typeof view) => [(200 - v.x) / v.scale, (100 - v.y) / v.scale]
    drawn(next).forEach((value, i) => assert.ok(Math.abs(value - drawn(view)[i]!) < 1e-9))
    assert.ok(Math.abs(next.scale - 1.2) < 1e-12)
  })

  it('zooms within bounds', () => {
    const view = { x: 0, y: 0, scale: 1 }
    assert.equal(zoomAt(view, { x: 0, y: 0 }, 1e6).scale, maximumScale)
    assert.equal(zoomAt(view, { x: 0, y: 0 }, 1e-6).scale, minimumScale)
  })

  it('fits a drawing in the middle, never enlarged', () => {
    assert.deepEqual(fit({ width: 400, height: 300 }, screen), { x: 200, y: 150, scale: 1 })
    const half = fit({ width: 1000, height: 768 }, screen)
    assert.ok(half.scale < 0.77 && half.scale > 0.73)
  })

  it('shows a tall drawing from its top at a legible scale', () => {
    const view = fit({ width: 300, height: 9000 }, screen)
    assert.equal(view.scale, 0.7)
    assert.equal(view.y, 16)
  })

  it('makes a very wide drawing fit in its width', () => {
    const view = fit({ width: 4000, height: 500 }, screen)
    assert.ok(4000 * view.scale <= 800)
  })

  it('scrolls only as far as needed', () => {
    const view = { x: 0, y: 0, scale: 1 }
    assert.equal(scrollTo(view, { x: 100, y: 100, width: 50, height: 50 }, screen), view)
    assert.deepEqual(scrollTo(view, { x: 100, y: 700, width: 50, height: 50 }, screen), { x: 0, y: -174, scale: 1 })
    assert.deepEqual(scrollTo(view, { x: -100, y: 100, width: 50, height: 50 }, screen), { x: 124, y: 0, scale: 1 })
  })

  it('holds an anchor on its place', () => {
    const [before, after] = [
      { x: 10, y: 10, width: 20, height: 20 },
      { x: 110, y: 60, width: 40, height: 20 },
    ]
    const view = anchor({ x: 5, y: 5, scale: 2 }, before, after)
    assert.deepEqual([130 * view.scale + view.x, 70 * view.scale + view.y], [20 * 2 + 5, 20 * 2 + 5])
  })
})

describe('edges', () => {
  it('round their corners, and no more than half of a short stretch', () => {
    const path = roundedPath([
      { x: 0, y: 0 },
      { x: 0, y: 10 },
      { x: 4, y: 10 },
      { x: 4, y: 30 },
    ])
    assert.equal(path, 'M0 0L0 5Q0 10 2 10L2 10Q4 10 4 16L4 30')
  })

  it('are straight where there are no corners', () =>
    assert.equal(
      roundedPath([
        { x: 1, y: 2 },
        { x: 1, y: 9 },
      ]),
      'M1 2L1 9',
    ))
})

describe('walking by arrow keys', () => {
  const scene = makeScene(penguins())
  const places: [string, number, number][] = [
    ['node:measurements', 100, 0],
    ['node:dense_1', 100, 100],
    ['node:dropout_1', 100, 200],
    ['node:trunk', 100, 300],
    ['node:dense_3', 0, 400],
    ['node:species.output', 0, 500],
    ['node:sex.output', 100, 410],
    ['node:mass.output', 200, 400],
    ['task:species', 0, 600],
    ['task:sex', 100, 600],
    ['task:mass', 200, 600],
  ]
  const rectangles = new Map(places.map(([id, x, y]) => [id, { x, y, width: 80, height: 40 }]))
  const placement: Placement = { width: 300, height: 700, rectangles, routes: new Map() }

  it('starts at the first input', () => assert.equal(firstBox(scene), 'node:measurements'))

  it('goes along edges up and down, the straightest first', () => {
    assert.equal(walk(scene, placement, 'node:trunk', 'down'), 'node:sex.output')
    assert.equal(walk(scene, placement, 'node:mass.output', 'up'), 'node:trunk')
    assert.equal(walk(scene, placement, 'task:sex', 'down'), undefined)
  })

  it('goes to the neighbour beside', () => {
    assert.equal(walk(scene, placement, 'node:sex.output', 'left'), 'node:dense_3')
    assert.equal(walk(scene, placement, 'node:sex.output', 'right'), 'node:mass.output')
    assert.equal(walk(scene, placement, 'task:species', 'left'), undefined)
  })
})
