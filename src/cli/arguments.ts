import { parseArgs, type ParseArgsConfig } from 'node:util'
import { nearest } from '../base/nearest'
import { deviceChoices, type DeviceChoice } from '../ir/deviceChoice'
import { engineChoices, type EngineChoice } from '../ir/engineChoice'
import { UsageError } from './usage'

export interface Arguments {
  readonly positionals: readonly string[]
  readonly json: boolean
  readonly runs?: string
  readonly resume?: string
  readonly epochs?: number
  readonly seed?: number
  readonly engine?: EngineChoice
  /** Path of a data source as in the model file. */
  readonly source?: string
  readonly device?: DeviceChoice
  readonly methods?: readonly string[]
  /** Columns of a table. */
  readonly labels?: readonly string[]
  readonly seeds?: number
  readonly learningRates?: readonly number[]
  readonly folds?: number
  /** How many groups of tasks at most. */
  readonly groups?: number
  readonly lookAhead?: number
}

const kinds = {
  json: 'boolean',
  runs: 'string',
  resume: 'string',
  epochs: 'string',
  seed: 'string',
  engine: 'string',
  source: 'string',
  device: 'string',
  methods: 'string',
  labels: 'string',
  seeds: 'string',
  'learning-rates': 'string',
  folds: 'string',
  groups: 'string',
  'look-ahead': 'string',
} as const

type Flag = keyof typeof kinds

/**
 * @param positional how many are allowed, and the names of those that must be there
 * @throws UsageError
 */
export function parseArguments(
  args: readonly string[],
  flags: readonly Flag[],
  positional: { readonly most: number; readonly required: readonly string[] },
): Arguments {
  const options = Object.fromEntries(flags.map(flag => [flag, { type: kinds[flag] }])) satisfies ParseArgsConfig['options']
  const known = flags.map(flag => `--${flag}`)
  const stray = args.find(arg => arg.startsWith('-') && arg !== '-' && !known.includes(arg.split('=')[0]!) && !isValue(args, arg))
  if (stray !== undefined) {
    const guess = nearest(stray.split('=')[0]!, known)
    throw new UsageError(`there is no option ${stray}${guess ? `; did you mean ${guess}?` : ''}`)
  }
  let parsed: { values: Record<string, unknown>; positionals: string[] }
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0])
  }
  const { values, positionals } = parsed
  const missing = positional.required[positionals.length]
  if (missing !== undefined) throw new UsageError(`${missing} is missing`)
  if (positionals.length > positional.most) throw new UsageError(`unexpected argument '${positionals[positional.most]}'`)
  return {
    positionals,
    json: values.json === true,
    ...text('runs', values.runs),
    ...text('resume', values.resume),
    ...text('source', values.source),
    ...whole('epochs', values.epochs, 1),
    ...whole('seed', values.seed, 0),
    ...oneOf('engine', engineChoices, values.engine),
    ...oneOf('device', deviceChoices, values.device),
    ...whole('seeds', values.seeds, 1),
    ...whole('folds', values.folds, 2),
    ...whole('groups', values.groups, 1),
    ...(values['look-ahead'] !== undefined && { lookAhead: whole('look-ahead', values['look-ahead'], 1)['look-ahead']! }),
    ...(values.methods !== undefined && { methods: list('methods', values.methods) }),
    ...(values.labels !== undefined && { labels: list('labels', values.labels) }),
    ...(values['learning-rates'] !== undefined && { learningRates: rates(list('learning-rates', values['learning-rates'])) }),
  }
}

/** The value of an option before it may begin with a dash: `--seed -1` is told as a wrong value, not as an unknown option. */
function isValue(args: readonly string[], arg: string): boolean {
  return (
    /^-\d/.test(arg) &&
    ['--epochs', '--seed', '--seeds', '--learning-rates', '--folds', '--groups', '--look-ahead'].includes(args[args.indexOf(arg) - 1] ?? '')
  )
}

function text(name: string, value: unknown): Record<string, string> {
  if (value === undefined) return {}
  if (value === '') throw new UsageError(`--${name} needs a value`)
  return { [name]: value as string }
}

/** Separated by commas; each once. */
function list(name: string, value: unknown): string[] {
  const items = (value as string).split(',').map(item => item.trim())
  if (items.includes(''))
    throw new UsageError(`--${name} is a list separated by commas, such as ${examples[name]}, not '${value as string}'`)
  return [...new Set(items)]
}

const examples: Readonly<Record<string, string>> = { methods: 'equal,pcGrad', labels: 'species,sex', 'learning-rates': '0.01,0.001' }

function rates(items: readonly string[]): number[] {
  const wrong = items.find(item => !(Number(item) > 0 && Number.isFinite(Number(item))))
  if (wrong !== undefined)
    throw new UsageError(`--learning-rates are numbers above 0 separated by commas, such as 0.01,0.001, not '${wrong}'`)
  return [...new Set(items.map(Number))]
}

function oneOf<Name extends string, Word extends string>(
  name: Name,
  choices: readonly Word[],
  value: unknown,
): { readonly [N in Name]?: Word } {
  if (value === undefined) return {}
  const choice = choices.find(word => word === value)
  if (choice) return { [name]: choice } as { readonly [N in Name]?: Word }
  const guess = nearest(value as string, choices)
  throw new UsageError(`--${name} is one of ${choices.join(', ')}, not '${value as string}'${guess ? `; did you mean ${guess}?` : ''}`)
}

function whole(name: string, value: unknown, least: number): Record<string, number> {
  if (value === undefined) return {}
  const text = value as string
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < least) {
    throw new UsageError(`--${name} must be a whole number of ${least} or more, not '${text}'`)
  }
  return { [name]: number }
}
