/** @returns a function from a text to its index among the values, -1 where it is none of them */
export function dictionaryIndex(values: readonly string[], numbers: boolean): (text: string) => number {
  const key = (text: string): string | number => (numbers ? Number(text) : text)
  const index = new Map(values.map((value, i) => [key(value), i]))
  return text => index.get(key(text)) ?? -1
}
