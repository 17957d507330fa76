import type { ModelGraph } from '../ir/graph'
import type { LaunchProblem } from '../runs/launch'
import { Locator, startOf } from './located'

/** Errors of a model file or of its data: why it can't be trained. */
export class ModelProblem extends Error {
  constructor(readonly problem: LaunchProblem) {
    super(problem.message)
  }
}

/** What is wrong with a model as a whole, at its `model(…)` call. */
export function problemAtModel(graph: ModelGraph, root: string, code: `mtl/${string}`, message: string): ModelProblem {
  const diagnostic = { code, severity: 'error' as const, message, span: graph.span ?? startOf(graph.file) }
  return new ModelProblem({ message, diagnostics: [new Locator(root).locate(diagnostic)] })
}
