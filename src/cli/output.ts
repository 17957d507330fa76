import { relative } from 'node:path'
import type { LaunchProblem, LocatedDiagnostic } from '../runs/launch'
import type { TaskMetrics } from '../runs/events'

export const print = (text: string): void => void process.stdout.write(`${text}\n`)
export const printError = (text: string): void => void process.stderr.write(`${text}\n`)
export const printJson = (value: unknown): void => print(JSON.stringify(value))

/** As short as it can be from where the user stands. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') ? path : short
}

/** `file:line:column: message`, which terminals and editors make a link of. */
export function printDiagnostic(diagnostic: LocatedDiagnostic): void {
  const severity = diagnostic.severity === 'error' ? '' : `${diagnostic.severity}: `
  printError(`${shortPath(diagnostic.path)}:${diagnostic.line}:${diagnostic.column}: ${severity}${diagnostic.message}`)
}

export function printProblem(problem: LaunchProblem): void {
  if (problem.diagnostics.length === 0) return printError(problem.message)
  for (const diagnostic of problem.diagnostics) printDiagnostic(diagnostic)
}

/** A diagnostic as one event of NDJSON. */
export function diagnosticEvent({ code, severity, message, path, line, column, endLine, endColumn }: LocatedDiagnostic): object {
  return { type: 'diagnostic', code, severity, message, file: path, line, column, endLine, endColumn }
}

/** @returns the rows as lines whose columns stand below each other; numbers to the right */
export function table(rows: readonly (readonly string[])[], rightFrom = Infinity): string[] {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), [])
  return rows.map(row =>
    row
      .map((cell, i) => (i >= rightFrom ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
}

/** Four significant digits. */
export const shortNumber = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : String(Number(value.toPrecision(4)))

/** Validation and test metrics per task, one line each. */
export function metricLines(metrics: TaskMetrics): string[] {
  const rows = Object.entries(metrics).flatMap(([task, values]) => {
    const names = [...new Set(Object.keys(values).map(name => name.replace(/^(train|validation|test)_/, '')))]
    const cell = (name: string) => (values[name] === undefined ? '' : shortNumber(values[name]))
    return names.map((name, i) => [i === 0 ? task : '', name, cell(`validation_${name}`), cell(`test_${name}`)])
  })
  return table([['task', 'metric', 'validation', 'test'], ...rows], 2)
}

export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  const two = (n: number) => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
