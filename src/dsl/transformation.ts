import type { Json } from '../base/json'
import { missingOptions, missingWay } from '../transforms/missing'
import type { TransformDefinition } from '../transforms/transform'
import { transformOf } from '../transforms/table'
import type { ColumnProfile } from '../ir/profile'
import type { Place } from '../ir/recording'
import { choiceBuilder, choiceState, type ChoiceState } from './choice'
import { columnOf } from './columns'
import { report, sourceAt } from './recorder'
import { isRecord, show } from './values'

/** All options of a transformation: its own and what happens to gaps. */
export const transformOptions = ({ options, takes }: TransformDefinition) => ({ ...options, ...missingOptions(takes) })

/** The function of the vocabulary that says what becomes of a column: `scale('robust')`, `hashing(32)`. */
export const transformationBuilder = (definition: TransformDefinition) =>
  choiceBuilder('transformation', { ...definition, options: transformOptions(definition) })

/** A column as `columns: { … }` of a features call has it; plain data of the graph. */
export interface TransformedColumn {
  readonly [field: string]: Json
  readonly column: string
  readonly transform: string
  readonly options: { readonly [name: string]: Json }
}

export interface ReadColumns {
  /** Columns that are named, with a transformation or without. */
  readonly named: number
  readonly columns: readonly TransformedColumn[]
  /** Outputs of all columns together; null while they are unknown. */
  readonly size: number | null
  /** Columns with gaps of which nobody says what happens to them. */
  readonly undecided: readonly ColumnProfile[]
}

/** Checks `columns: { price: scale('robust'), … }`; every problem is reported at its own column or option. */
export function readColumns(given: unknown, source: number, place: Place): ReadColumns {
  const columns: TransformedColumn[] = []
  const undecided: ColumnProfile[] = []
  let size: number | null = 0
  const names = isRecord(given) ? Object.keys(given) : []
  for (const name of names) {
    const at = { ...place, path: [...(place.path ?? []), name] }
    const state = choiceState((given as Record<string, unknown>)[name])
    const profile = columnOf(source, name, { ...at, key: true })
    if (state?.role !== 'transformation') {
      reportOther((given as Record<string, unknown>)[name], name, at)
      size = null
      continue
    }
    const definition = transformOf(state.kind)!
    checkFill(state, definition)
    const refusal = profile && definition.refuses?.(profile, state.options)
    if (refusal) report({ code: 'mtl/wrong-column', message: `${state.kind}: the column '${name}' ${refusal}`, place: at })
    const units = profile === null ? null : definition.units(state.options, profile)
    size = size === null || units === null ? null : size + units + (state.options.indicator === true ? 1 : 0)
    const way = missingWay(state.options, sourceAt(source).options.missingFeatures, definition.takes)
    if (profile && profile.missing > 0 && way === null) undecided.push(profile)
    columns.push({ column: name, transform: state.kind, options: state.options })
  }
  return { named: names.length, columns, size, undecided }
}

function reportOther(value: unknown, name: string, place: Place): void {
  const call = typeof value === 'function' ? '; call it: write () after its name' : ''
  report({
    code: 'mtl/invalid-option',
    message: `the column '${name}' needs a transformation, such as scale('robust') or oneHot(), not ${show(value)}${call}`,
    place,
  })
}

/** `missing: 'constant'` and `fill` belong together. */
function checkFill({ kind, options, positional, stack }: ChoiceState, { takes }: TransformDefinition): void {
  if (stack === null) return
  const place = { stack, argument: positional.length }
  const { missing, fill } = options
  if (missing === 'constant' && fill === undefined)
    report({ code: 'mtl/missing-option', message: `${kind} needs fill: what gaps are filled with`, place })
  else if (fill !== undefined && missing !== 'constant')
    report({
      code: 'mtl/invalid-option',
      message: `fill of ${kind} counts only with missing: 'constant'`,
      place: { ...place, path: ['fill'] },
    })
  else if (fill !== undefined && takes === 'numbers' && typeof fill !== 'number')
    report({
      code: 'mtl/invalid-option',
      message: `fill of ${kind} must be a number, not ${show(fill)}`,
      place: { ...place, path: ['fill'] },
    })
}
