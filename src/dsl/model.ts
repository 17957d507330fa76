import type { Json } from '../base/json'
import { nearest } from '../base/nearest'
import type { SamplingSettings } from '../ir/graph'
import { layerOf } from '../layers/table'
import { equal } from '../methods/weighting/equal'
import { adam } from '../optimizers/adam'
import { constant } from '../optimizers/schedules/constant'
import { choiceState, defaultChoice, type ChoiceState } from './choice'
import { traceLoss } from './customLoss'
import { checkOptions, reportUnknownKey } from './options'
import { addModelStack, addNode, nextLayer, nodeAt, report, stackHere } from './recorder'
import type { Place, RecordedChoice, RecordedModel, RecordedTask } from '../ir/recording'
import { earlyStoppingOptions, samplingOptions, trainingOptions } from './settings'
import { taskState, type TaskState } from './task'
import { describeAs, isRecord, quoted, show } from './values'

const models = new WeakMap<object, RecordedModel>()

export const recordedModel = (value: unknown): RecordedModel | null =>
  typeof value === 'object' && value !== null ? (models.get(value) ?? null) : null

const defaults = { optimizer: adam, weighting: equal, schedule: constant }

const examples = { optimizer: 'adam() or sgd()', weighting: 'equal() or pcGrad()', schedule: 'constant() or cosine()' }

export const model = Object.freeze((given: unknown, ...more: unknown[]) => {
  const stack = stackHere()
  addModelStack(stack)
  const place = { stack, argument: 0 }
  if (more.length > 0)
    report({ code: 'mtl/too-many-arguments', message: 'model takes one object: { tasks, training }', place: { stack, argument: 1 } })
  const settings = isRecord(given) ? given : {}
  if (!isRecord(given))
    report({
      code: 'mtl/missing-argument',
      message: `model takes an object { tasks, training }, not ${show(given)}`,
      place: given === undefined ? { stack } : place,
    })
  for (const key of Object.keys(settings)) {
    if (key !== 'tasks' && key !== 'training') reportUnknownKey(key, ['tasks', 'training'], 'model', { ...place, path: [key] })
  }
  const tasks = isRecord(given) ? readTasks(settings.tasks, place) : []
  const result = describeAs({}, 'a model')
  models.set(result, {
    tasks,
    ...readTraining(
      settings.training,
      tasks.map(task => task.name),
      place,
    ),
    stack,
  })
  return result
})

function readTasks(given: unknown, place: Place): RecordedTask[] {
  const at = { ...place, path: ['tasks'] }
  if (given === undefined) report({ code: 'mtl/no-tasks', message: 'model needs tasks: { name: classification(…), … }', place })
  else if (!isRecord(given))
    report({ code: 'mtl/no-tasks', message: `tasks is an object { name: classification(…), … }, not ${show(given)}`, place: at })
  if (!isRecord(given)) return []
  const names = Object.keys(given).slice(0, 1000)
  if (names.length === 0) report({ code: 'mtl/no-tasks', message: 'a model needs at least one task', place: at })
  return names.flatMap(name => {
    const value = given[name]
    if (name === '__proto__') {
      report({
        code: 'mtl/not-a-task',
        message: `a task can’t have the name '${name}'`,
        place: { ...at, path: ['tasks', name], key: true },
      })
      return []
    }
    const state = taskState(value)
    if (state) return [recordTask(name, state)]
    if (state === undefined) {
      report({
        code: 'mtl/not-a-task',
        message: `the task '${name}' must be made by classification(…), binary(…) or regression(…), not ${show(value)}`,
        place: { ...at, path: ['tasks', name] },
      })
    }
    return []
  })
}

/** The task adds its own output layer. A tensor that is no vector was reported where the task was made. */
function recordTask(name: string, { definition, features, units, label, options, loss: custom, classes, stack }: TaskState): RecordedTask {
  const dense = layerOf('dense')!
  const input = nodeAt(features).shape
  const vector = input?.length === 1 ? input : null
  const layerOptions = { units, activation: 'linear', bias: true }
  const output = addNode({
    kind: 'dense',
    name: `${name}.output`,
    layer: nextLayer(),
    inputs: [features],
    options: layerOptions,
    shape: [units],
    parameters: dense.parameters!(vector, layerOptions),
    stack,
  })
  const loss = custom && traceLoss(name, definition, custom, output, units, stack)
  return { name, kind: definition.kind, features, output, loss, label, options, weight: options.weight as number, classes, stack }
}

function readTraining(given: unknown, tasks: readonly string[], place: Place): Omit<RecordedModel, 'tasks' | 'stack'> {
  const at = { ...place, path: ['training'] }
  const { optimizer, weighting, schedule, earlyStopping, sampling, ...rest } = isRecord(given) ? given : ({} as Record<string, unknown>)
  const known = { ...trainingOptions }
  const unknown = Object.keys(rest).filter(key => !Object.hasOwn(known, key))
  for (const key of unknown)
    reportUnknownKey(key, [...Object.keys(known), 'optimizer', 'weighting', 'schedule', 'earlyStopping', 'sampling'], 'training', {
      ...at,
      path: ['training', key],
    })
  const plain = Object.fromEntries(Object.entries(rest).filter(([key]) => !unknown.includes(key)))
  const { options } = checkOptions(given === undefined || isRecord(given) ? plain : given, known, { owner: 'training', place: at })
  return {
    optimizer: readChoice('optimizer', optimizer, at, tasks),
    weighting: readChoice('weighting', weighting, at, tasks),
    schedule: readChoice('schedule', schedule, at, tasks),
    settings: options as { epochs: number; batchSize: number; seed: number; clipNorm?: number },
    earlyStopping: readEarlyStopping(earlyStopping, at),
    sampling: readSampling(sampling, at),
    written: isRecord(given) ? Object.keys(given).filter(key => !unknown.includes(key)) : [],
  }
}

function readChoice(role: keyof typeof defaults, given: unknown, at: Place, tasks: readonly string[]): RecordedChoice {
  const state = given === undefined ? defaultChoice(role, defaults[role]) : choiceState(given)
  if (state?.role === role) {
    reportUnknownTasks(state, tasks)
    return { kind: state.kind, options: { ...state.options, ...state.trace?.(tasks.length) }, stack: state.stack }
  }
  const call = typeof given === 'function' ? '; call it: write () after its name' : ''
  report({
    code: 'mtl/invalid-option',
    message: `${role} of training must be made by a function such as ${examples[role]}, not ${show(given)}${call}`,
    place: { ...at, path: ['training', role] },
  })
  return { kind: defaults[role].kind, options: defaultChoice(role, defaults[role]).options, stack: null }
}

/** Options by task may name tasks of this model only. */
function reportUnknownTasks({ kind, options, specs, positional, stack }: ChoiceState, tasks: readonly string[]): void {
  if (stack === null) return
  for (const [name, { perTask }] of Object.entries(specs)) {
    if (!perTask || !isRecord(options[name])) continue
    const position = positional.indexOf(name)
    const place = position >= 0 ? { stack, argument: position, path: [] as string[] } : { stack, argument: positional.length, path: [name] }
    for (const task of Object.keys(options[name]).filter(task => !tasks.includes(task))) {
      const meant = nearest(task, tasks)
      report({
        code: 'mtl/unknown-task',
        message: `${kind} names a task '${task}' that the model does not have; ${meant ? `did you mean '${meant}'?` : `it has ${quoted(tasks)}`}`,
        place: { ...place, path: [...place.path, task], key: true },
        fixes: meant ? [{ kind: 'replace', text: meant }] : [],
      })
    }
  }
}

/** @returns null where nothing is written, or nothing that can be used */
function readSampling(given: unknown, at: Place): SamplingSettings | null {
  if (given === undefined || given === null) return null
  const place = { ...at, path: ['training', 'sampling'] }
  const { options, wrong } = checkOptions(given, samplingOptions, { owner: 'sampling', place })
  return wrong.has('sources') ? null : (options as SamplingSettings)
}

function readEarlyStopping(given: unknown, at: Place): RecordedModel['earlyStopping'] {
  if (given === undefined || given === null) return null
  const { options, wrong } = checkOptions(given, earlyStoppingOptions, {
    owner: 'earlyStopping',
    place: { ...at, path: ['training', 'earlyStopping'] },
  })
  return wrong.has('patience') || !isRecord(given) ? null : (options as { patience: number; minDelta: number } & Record<string, Json>)
}
