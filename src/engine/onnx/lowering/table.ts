import { averagePool } from './averagePool'
import { conv } from './conv'
import { depthwiseConv } from './depthwiseConv'
import { elementwise } from './elementwise'
import { layout } from './layout'
import type { Lowering } from './lowering'
import { matmul } from './matmul'
import { pool } from './pool'
import { reduce } from './reduce'

/** How each primitive is written in ONNX. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(
  [elementwise, matmul, conv, depthwiseConv, pool, averagePool, reduce, layout].flatMap(family => Object.entries(family)),
)
