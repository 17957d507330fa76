import { conv } from './conv'
import { elementwise } from './elementwise'
import { layout } from './layout'
import type { Lowering } from './lowering'
import { matmul } from './matmul'
import { pool } from './pool'
import { reduce } from './reduce'

/** How each primitive is computed by TensorFlow.js: only by kernels that its WebAssembly backend has, too. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(
  [elementwise, matmul, conv, pool, reduce, layout].flatMap(family => Object.entries(family)),
)
