export const short = (text: string): string => (text.length > 40 ? text.slice(0, 39) + '…' : text)

export const counted = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`

/** 'a', 'b' and 3 more */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map(name => `'${short(name)}'`)
  if (names.length > most) return `${shown.join(', ')} and ${names.length - most} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
