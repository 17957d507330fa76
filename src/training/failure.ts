/** Why a run can't go on, in words for its user. The run ends as `failed`; its last good checkpoint stays. */
export class TrainingFailure extends Error {
  /** @param diverged the numbers ran away: the message then goes on with what to try */
  constructor(
    message: string,
    readonly diverged = false,
    /** The setting that is probably at fault. */
    readonly setting?: string,
  ) {
    super(message)
  }
}

/** What to try where losses or weights ran away. */
export function divergenceAdvice(learningRate: number, step: number): string {
  // Nothing has moved yet.
  if (step <= 1)
    return 'This was the first step, so that the learning rate is not to blame. Look for very large values in the features, for a very large task weight, and in functions of the model file for log, sqrt and divide, which are infinite or without a slope at 0.'
  const lower = Number((learningRate / 10).toPrecision(2))
  return `The learning rate ${learningRate} is probably too high: try ${lower}. Very large values in the features or a very large task weight have the same effect.`
}
