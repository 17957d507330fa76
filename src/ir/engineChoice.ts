/** Which engine is asked for; `auto` is ONNX Runtime where it loads, else TensorFlow.js. */
export const engineChoices = ['auto', 'onnxruntime', 'tensorflow'] as const

export type EngineChoice = (typeof engineChoices)[number]

/** The engine of a manifest as a choice; one that is not known any more, as `auto`. */
export const choiceOf = (name: string): EngineChoice => engineChoices.find(choice => choice === name) ?? 'auto'
