const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** 12,345 */
export const count = (value: number): string => grouped.format(value)

/** Four significant digits, without zeros at the end: 0.1234, 12.35, 1.2e-5. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e6))
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e')
  return String(Number(value.toPrecision(4)))
}

/** 950, 12.3k, 4.5M: for labels in the graph. */
export function compactCount(value: number): string {
  if (value < 10_000) return count(value)
  const [scaled, unit] = value < 1e6 ? [value / 1e3, 'k'] : value < 1e9 ? [value / 1e6, 'M'] : [value / 1e9, 'G']
  return `${Number(scaled.toPrecision(3))}${unit}`
}

/** 45 s, 3:05, 1:02:03. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** A long name without its middle: names that begin alike differ at their ends. */
export function shortened(name: string, most: number): string {
  if (name.length <= most) return name
  const end = Math.floor((most - 1) / 2)
  return `${name.slice(0, most - 1 - end)}…${name.slice(-end)}`
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`
