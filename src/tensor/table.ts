import { averagePool } from './averagePool'
import { batchMatmul } from './batchMatmul'
import { conv } from './conv'
import { depthwiseConv } from './depthwiseConv'
import { elementwise } from './elementwise'
import { layout } from './layout'
import { matmul } from './matmul'
import { pool } from './pool'
import type { Primitive } from './primitive'
import { reduce } from './reduce'

/** Leaves of a Program: values given from outside. */
const leaves = { input: { shape: () => [] }, constant: { shape: () => [] } } satisfies Record<string, Primitive>

/** Every primitive by its kind. */
export const primitives: ReadonlyMap<string, Primitive> = new Map(
  [leaves, elementwise, matmul, batchMatmul, conv, depthwiseConv, pool, averagePool, reduce, layout].flatMap(family =>
    Object.entries<Primitive>(family),
  ),
)
