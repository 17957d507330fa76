import type { Placement } from './placement'
import type { Scene } from './scene'

export type Direction = 'up' | 'down' | 'left' | 'right'

/**
 * The box that an arrow key leads to: up and down along edges (to the neighbour straightest above or below),
 * left and right to the nearest box beside it.
 * @returns undefined where there is none
 */
export function walk(scene: Scene, placement: Placement, from: string, direction: Direction): string | undefined {
  const centre = (id: string) => {
    const r = placement.rectangles.get(id)
    return r && { x: r.x + r.width / 2, y: r.y + r.height / 2 }
  }
  const here = centre(from)
  if (!here) return undefined
  const nearest = (ids: string[], cost: (x: number, y: number) => number) => {
    let best: string | undefined
    let lowest = Infinity
    for (const id of ids) {
      const there = centre(id)
      const value = there ? cost(there.x - here.x, there.y - here.y) : Infinity
      if (value < lowest) [best, lowest] = [id, value]
    }
    return best
  }
  if (direction === 'down')
    return nearest(
      scene.edges.filter(e => e.from === from).map(e => e.to),
      dx => Math.abs(dx),
    )
  if (direction === 'up')
    return nearest(
      scene.edges.filter(e => e.to === from).map(e => e.from),
      dx => Math.abs(dx),
    )
  const side = direction === 'left' ? -1 : 1
  const others = scene.boxes.map(box => box.id).filter(id => id !== from)
  return nearest(others, (dx, dy) => (dx * side > 1 && Math.abs(dy) < Math.abs(dx) * 2 ? Math.abs(dx) + 4 * Math.abs(dy) : Infinity))
}

/** The box where keyboard walking starts: the first input, else the first box. */
export function firstBox(scene: Scene): string | undefined {
  return (scene.boxes.find(box => box.content.kind === 'input') ?? scene.boxes[0])?.id
}
