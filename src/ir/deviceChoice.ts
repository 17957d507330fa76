/** Where models are trained; `auto` measures each model on both and takes the faster. */
export const deviceChoices = ['auto', 'cpu', 'gpu'] as const

export type DeviceChoice = (typeof deviceChoices)[number]

/** What a setting says, as a choice; what is not known, as `auto`. */
export const deviceChoiceOf = (name: string): DeviceChoice => deviceChoices.find(choice => choice === name) ?? 'auto'

/** Whether a GPU's library says that there is none: by `auto` that is as it should be. */
export const isAbsence = (problem: string): boolean => /no supported adapters/i.test(problem)
