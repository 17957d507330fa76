import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** What `npm run bench:data -- --record` measured. */
export interface DataResults {
  readonly cpu: string
  readonly cores: number
  readonly node: string
  /** Runnable processes before and after. */
  readonly load: readonly [number, number]
  readonly shares: readonly {
    readonly rows: string
    readonly batch: number
    readonly threads: number
    readonly waiting: number
    readonly slowdown: number
  }[]
  readonly table: { readonly rows: number; readonly columns: number; readonly seconds: number; readonly trainer_peak_mib: number }
}

export const resultsFile = resolve('test/bench/dataResults.json')
export const page = resolve('docs/data.md')

export const recorded = (): DataResults => JSON.parse(readFileSync(resultsFile, 'utf8')) as DataResults

const [start, end] = ['<!-- figures:start -->', '<!-- figures:end -->']
const percent = (share: number) => `${(100 * share).toFixed(1)} %`

function figures({ cpu, cores, node, load, shares, table }: DataResults): string {
  const busy = Math.max(...load) > 1.5 * cores ? ' The machine was busy with other work.' : ''
  return [
    start,
    `${cpu}, ${cores} cores, Node ${node}; load ${load.map(l => l.toFixed(1)).join(' before and ')} after.${busy} Made by \`npm run bench:data -- --record\` from \`test/bench/dataResults.json\`.`,
    '',
    '| rows | batch | engine’s threads | steps wait for their batch | a step takes longer than with a batch that is there |',
    '|---|---|---|---|---|',
    ...shares.map(s => `| in ${s.rows} | ${s.batch} | ${s.threads} | ${percent(s.waiting)} | ${percent(s.slowdown)} |`),
    '',
    `A CSV file of ${table.rows.toLocaleString('en')} rows and ${table.columns} columns was read and trained on for an epoch in ${table.seconds} s; the training process took ${table.trainer_peak_mib} MiB at most.`,
    end,
  ].join('\n')
}

/** @returns docs/data.md with its figures made anew */
export function withFigures(results: DataResults): string {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/data.md has no place for figures: ${start} … ${end}`)
  return text.slice(0, from) + figures(results) + text.slice(to + end.length)
}
