import type { Workload } from '../engine/onnx/gpu/measure'
import type { ModelGraph } from '../ir/graph'
import { weightingNeeds } from './weightingNeeds'

/** What a training of this model asks of an engine, step by step. */
export const workloadOf = (graph: ModelGraph): Workload => ({
  graph,
  optimizer: graph.training.optimizer,
  ...weightingNeeds(graph.training.weighting),
})
