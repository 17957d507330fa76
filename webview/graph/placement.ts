import type { ElkNode } from 'elkjs/lib/elk-api'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** Where everything stands, in one coordinate system with its origin at the drawing's top left corner. */
export interface Placement {
  readonly width: number
  readonly height: number
  /** Boxes and groups by id. */
  readonly rectangles: ReadonlyMap<string, Rectangle>
  /** Corners of each edge by id, source first. */
  readonly routes: ReadonlyMap<string, readonly Point[]>
}

/** Reads ELK's answer; with `json.shapeCoords` and `json.edgeCoords` ROOT all its coordinates count from the root. */
export function readPlacement(root: ElkNode): Placement {
  const rectangles = new Map<string, Rectangle>()
  const routes = new Map<string, Point[]>()
  const visit = (node: ElkNode) => {
    for (const child of node.children ?? []) {
      rectangles.set(child.id, { x: child.x ?? 0, y: child.y ?? 0, width: child.width ?? 0, height: child.height ?? 0 })
      visit(child)
    }
    for (const edge of node.edges ?? []) {
      const points = (edge.sections ?? []).flatMap(section => [section.startPoint, ...(section.bendPoints ?? []), section.endPoint])
      if (points.length) routes.set(edge.id, points)
    }
  }
  visit(root)
  return { width: root.width ?? 0, height: root.height ?? 0, rectangles, routes }
}

/** Path data of an orthogonal route with rounded corners. */
export function roundedPath(points: readonly Point[], radius = 6): string {
  const [start, ...rest] = points
  if (!start) return ''
  let path = `M${start.x} ${start.y}`
  for (let i = 0; i < rest.length; i++) {
    const [before, corner, after] = [points[i]!, rest[i]!, rest[i + 1]]
    if (!after) return `${path}L${corner.x} ${corner.y}`
    const [a, b] = [towards(corner, before, radius), towards(corner, after, radius)]
    path += `L${a.x} ${a.y}Q${corner.x} ${corner.y} ${b.x} ${b.y}`
  }
  return path
}

/** The point at most `distance`, and at most half the way, from one point to another. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const share = length ? Math.min(distance, length / 2) / length : 0
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}
