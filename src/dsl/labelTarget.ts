import type { ArrayProfile, ColumnProfile } from '../ir/profile'
import type { TaskDefinition } from '../tasks/task'
import { isLabelShape, isTextArray, profileOf } from './columns'
import { report, sourceAt } from './recorder'
import { quoted, show } from './values'

interface LabelColumn {
  readonly name: string
  /** 'column' or 'array'. */
  readonly what: string
  readonly numeric: boolean
  readonly values: readonly string[] | null
  readonly stray?: ColumnProfile['stray']
  /** Why there are no values, where there are none. */
  readonly why: string
}

/**
 * Checks that a label can be the target of a task of this kind.
 * @returns the label's values, or undefined while they are unknown or where they don't fit (reported)
 */
export function labelTarget(
  definition: TaskDefinition,
  label: { source: number; column: string; stack: number },
  task: number,
): { values: readonly string[] | null } | undefined {
  const found = labelColumn(label)
  if (!found) return undefined
  const { name, what, values, why } = found
  const place = { stack: label.stack, argument: 0 }
  const related = [{ message: `used by this ${definition.kind}`, place: { stack: task } }]
  if (definition.target === 'number') {
    if (found.numeric) return { values: null }
    if (found.stray) {
      const { value, place: row } = found.stray
      report({
        code: 'mtl/not-a-number',
        message: `${sourceAt(label.source).path}, ${row}, column '${name}': expected a number, found ${show(value)}`,
        place,
        related,
      })
      return undefined
    }
    report({
      code: 'mtl/not-a-number',
      message: `${definition.kind} predicts a number, but the ${what} '${name}' holds none${values ? `: ${quoted(values, 4)}` : ''}`,
      place,
      related,
    })
    return undefined
  }
  if (values === null) {
    report({
      code: 'mtl/too-many-classes',
      message: `${definition.kind} needs a label of few distinct values, but the ${what} '${name}' ${why}`,
      place,
      related,
    })
    return undefined
  }
  if (definition.target === 'binary' && values.length !== 2) {
    const advice = values.length > 2 ? '; use classification' : ''
    report({
      code: 'mtl/not-binary',
      message: `${definition.kind} needs a label of two values, but '${name}' has ${values.length}: ${quoted(values, 6)}${advice}`,
      place,
      related,
    })
    return undefined
  }
  if (values.length < 2) {
    report({
      code: 'mtl/one-class',
      message: `there is nothing to learn from '${name}': it has ${values.length === 0 ? 'no value at all' : `one value only, ${quoted(values)}`}`,
      place,
      related,
    })
    return undefined
  }
  return { values }
}

function labelColumn({ source, column, stack }: { source: number; column: string; stack: number }): LabelColumn | undefined {
  const profile = profileOf(source)
  if (profile?.kind === 'table') {
    const found = profile.columns.find(c => c.name === column)
    return found && fromTable(found)
  }
  const found = profile?.arrays.find(a => a.name === column)
  if (!found || isLabelShape(found)) return found && fromArray(found)
  report({
    code: 'mtl/label-shape',
    message: `a label has one value a row, but the array '${column}' has [${found.shape.join(', ')}]`,
    place: { stack, argument: 0 },
  })
  return undefined
}

function fromTable({ name, type, distinct, values, stray }: ColumnProfile): LabelColumn {
  return { name, what: 'column', numeric: type === 'number', values, stray, why: `has ${distinct}` }
}

function fromArray(array: ArrayProfile): LabelColumn {
  const { name, dtype, values } = array
  return {
    name,
    what: 'array',
    numeric: !isTextArray(array),
    values,
    why: isTextArray(array)
      ? `(${dtype}) holds no numbers: number the classes from 0`
      : dtype.startsWith('float')
        ? `holds ${dtype}: save it as whole numbers, such as int64`
        : `(${dtype}) has more than 1,000`,
  }
}
