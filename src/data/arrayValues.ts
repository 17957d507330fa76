import { DataError } from './dataset'
import { mostValues, wholeValues } from './profile'
import type { FloatableArray, NamedArray } from './source'

export function classesOf(array: NamedArray, file: string): { classes: readonly string[]; values: Float64Array } {
  const numbers = numbersOf(array, file)
  const classes = wholeValues(array)
  if (classes === null) {
    const problem = array.dtype.startsWith('float')
      ? `classes are whole numbers, found ${array.dtype}`
      : `more than ${mostValues.toLocaleString('en')} different values are too many for classes`
    throw new DataError('mtl/too-many-classes', `${file}, array '${array.name}': ${problem}`, { file, column: array.name })
  }
  const index = new Map(classes.map((name, i) => [array.dtype === 'bool' ? Number(name === 'true') : Number(name), i]))
  return { classes, values: Float64Array.from(numbers, value => index.get(value)!) }
}

/** 64-bit integers as float64: exact up to 2^53, far more than a float32 input can hold. */
export function numbersOf({ name, dtype, values }: NamedArray, file: string): FloatableArray {
  if (values === null) {
    const what = dtype.includes('O') ? 'Python objects' : 'texts'
    throw new DataError('mtl/not-a-number', `${file}, array '${name}': expected numbers, found ${what} (dtype ${dtype})`, {
      file,
      column: name,
    })
  }
  return values instanceof BigInt64Array || values instanceof BigUint64Array ? Float64Array.from(values, Number) : values
}
