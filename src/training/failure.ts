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
export function divergenceAdvice(learningRate: number): string {
  const lower = Number((learningRate / 10).toPrecision(2))
  return `The learning rate ${learningRate} is probably too high: try ${lower}. Very large values in the features or a very large task weight have the same effect.`
}
