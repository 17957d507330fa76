import type { LaunchProblem } from '../runs/launch'

/** Errors of a model file or of its data: why it can't be trained. */
export class ModelProblem extends Error {
  constructor(readonly problem: LaunchProblem) {
    super(problem.message)
  }
}
