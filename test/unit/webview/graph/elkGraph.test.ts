import assert from 'node:assert/strict'
import ELK, { type ElkNode } from 'elkjs/lib/main'
import type { ModelGraph } from '../../../../src/ir/graph'
import { boxOptions, elkGraph, groupOptions, portOptions, rootOptions, type Size } from '../../../../webview/graph/elkGraph'
import { measureBoxes } from '../../../../webview/graph/measure'
import { readPlacement, type Placement } from '../../../../webview/graph/placement'
import { makeScene } from '../../../../webview/graph/scene'
import { multiFashion, partlyShared, penguins, residual } from '../../../fixtures/panels/graphs'

const elk = new ELK()
const width = (text: string, bold: boolean) => text.length * (bold ? 8 : 7)

async function place(graph: ModelGraph, collapsed?: ReadonlySet<string>) {
  const scene = makeScene(graph, collapsed)
  const sizes = measureBoxes(scene, width)
  const placement = readPlacement(await elk.layout<ElkNode>(elkGraph(scene, sizes)))
  return { scene, sizes, placement }
}

const inside = (placement: Placement, inner: string, outer: string) => {
  const [a, b] = [placement.rectangles.get(inner)!, placement.rectangles.get(outer)!]
  return a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height
}

describe('layout of a graph', () => {
  it('uses only options that ELK knows: it ignores others without a word', async () => {
    const known = new Set((await elk.knownLayoutOptions()).map(option => option.id))
    const used = [rootOptions, groupOptions({ width: 1, height: 1 }, 1), portOptions, ...Object.values(boxOptions)].flatMap(options =>
      Object.keys(options),
    )
    assert.ok(used.length > 12)
    for (const key of used) assert.ok(known.has(key.replace(/^elk\./, 'org.eclipse.elk.')), `${key} is not an option of ELK`)
  })

  for (const graph of [penguins(), multiFashion(), partlyShared(), residual(3)]) {
    it(`places ${graph.file} from top to bottom, in its groups, without overlaps`, async () => {
      const { scene, sizes, placement } = await place(graph)
      const at = (id: string) => placement.rectangles.get(id)!
      for (const box of scene.boxes)
        if (box.group) assert.ok(inside(placement, box.id, box.group), `${box.id} lies outside of ${box.group}`)
      for (const group of scene.groups)
        if (group.parent) assert.ok(inside(placement, group.id, group.parent), `${group.id} lies outside of ${group.parent}`)
      for (const edge of scene.edges) assert.ok(at(edge.from).y + at(edge.from).height < at(edge.to).y, `${edge.id} goes up`)
      for (const group of scene.groups)
        assert.ok(at(group.id).width >= sizes.get(group.id)!.width + 16, `${group.title} has no room for its title`)
      const leaves = scene.boxes.map(box => at(box.id))
      leaves.forEach((a, i) =>
        leaves
          .slice(i + 1)
          .forEach(b =>
            assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y, 'two boxes overlap'),
          ),
      )
      const lowest = Math.max(...scene.boxes.filter(box => box.content.kind !== 'task').map(box => at(box.id).y))
      for (const task of scene.tasks) assert.ok(at(`task:${task.name}`).y > lowest, 'tasks stand last')
      const highest = Math.min(...scene.boxes.filter(box => box.content.kind === 'layer').map(box => at(box.id).y))
      for (const box of scene.boxes) if (box.content.kind === 'input') assert.ok(at(box.id).y < highest, 'inputs stand first')
    })
  }

  it('leads each edge from the lower side of its source to the upper side of its target, at right angles', async () => {
    const { scene, placement } = await place(partlyShared())
    for (const edge of scene.edges) {
      const route = placement.routes.get(edge.id)!
      const [from, to] = [placement.rectangles.get(edge.from)!, placement.rectangles.get(edge.to)!]
      assert.ok(Math.abs(route[0]!.y - (from.y + from.height)) < 1 && route[0]!.x >= from.x && route[0]!.x <= from.x + from.width)
      assert.ok(Math.abs(route.at(-1)!.y - to.y) < 1 && route.at(-1)!.x >= to.x && route.at(-1)!.x <= to.x + to.width)
      route.slice(1).forEach((point, i) => assert.ok(point.x === route[i]!.x || point.y === route[i]!.y))
    }
  })

  it('keeps the inputs of a concat in order, from left to right', async () => {
    const { scene, placement } = await place(partlyShared())
    const ends = scene.edges.filter(edge => edge.to === 'node:both').map(edge => placement.routes.get(edge.id)!.at(-1)!.x)
    assert.ok(ends[0]! < ends[1]!)
  })

  it('moves little when a layer is inserted', async () => {
    const [before, after] = [await place(penguins(64, false)), await place(penguins(64, true))]
    const moved = before.scene.boxes.map(box =>
      Math.abs(before.placement.rectangles.get(box.id)!.x - after.placement.rectangles.get(box.id)!.x),
    )
    assert.ok(Math.max(...moved) < 40, `a box moved sideways by ${Math.max(...moved)}`)
  })

  it('places collapsed groups like boxes', async () => {
    const { placement } = await place(partlyShared(), new Set(['group:trunk', 'group:surface']))
    const size: Size = placement.rectangles.get('group:trunk')!
    assert.ok(size.height < 80 && !placement.rectangles.has('node:trunk'))
  })
})
