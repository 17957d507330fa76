import { deltaText } from '../../runs/deltaPlot'
import type { AffinitySummary } from '../../runs/affinity'
import type { ComparisonSummary } from '../../runs/comparison'
import type { CrossValidationSummary } from '../../runs/crossValidation'
import { comparisonProgress, overallText } from './comparisonText'
import type { Series, SeriesName, SeriesOf } from './runStore'
import { dayOf, durationText, metricText, timeOf } from './runText'

/** How one kind of series is spoken of in the list, the status bar, messages and the palette. */
export interface SeriesWords<S> {
  /** Ending of its commands: 'mtl.stopComparison'. */
  readonly command: string
  /** 'Stop the comparison of penguins' */
  readonly noun: string
  /** 'Comparing', what screen readers hear of its progress. */
  readonly doing: string
  /** As exactly as a row of the list says it: '5-fold cross-validation'. */
  kind(series: S): string
  /** `3 of 12 · 40 s left` */
  progress(series: S): string
  /** The result in a few words; empty while there is none. */
  outcome(series: S): string
  /** Markdown of the hover on its row. */
  details(series: S): string
}

const words: { readonly [Name in SeriesName]: SeriesWords<SeriesOf<Name>> } = {
  comparison: {
    command: 'Comparison',
    noun: 'comparison',
    doing: 'Comparing',
    kind: () => 'comparison',
    progress: comparisonProgress,
    outcome: overallText,
    details: comparisonDetails,
  },
  crossValidation: {
    command: 'CrossValidation',
    noun: 'cross-validation',
    doing: 'Cross-validating',
    kind: ({ folds }) => `${folds}-fold cross-validation`,
    progress: memberProgress,
    outcome: () => '',
    details: crossValidationDetails,
  },
  affinity: {
    command: 'Affinity',
    noun: 'task affinity measurement',
    doing: 'Measuring task affinity',
    kind: () => 'task affinity',
    progress: comparisonProgress,
    outcome: groupingText,
    details: affinityDetails,
  },
}

export const wordsOf = <Name extends SeriesName>(kind: Name): SeriesWords<SeriesOf<Name>> => words[kind]

/** Words of any series, as they are its own. */
export const wordsFor = (series: Series): SeriesWords<Series> => words[series.kind]

/** `5-fold cross-validation of 22 Nov, 03:50`: tells it from others of the model. */
export const seriesTitle = (series: Series): string =>
  `${wordsFor(series).kind(series)} of ${dayOf(series.created)}, ${timeOf(series.created)}`

/** 'fold 2 of 5 · 40 s left' */
function memberProgress({ current, done, total, secondsLeft }: CrossValidationSummary): string {
  const what = current?.label ?? `${done} of ${total} folds`
  return secondsLeft === null ? what : `${what} · ${durationText(secondsLeft)} left`
}

function comparisonDetails({ methods, seeds, result }: ComparisonSummary): string {
  const head = `${methods.map(name => `\`${name}\``).join(', ')}, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`
  const rows = Object.entries(result?.delta ?? {}).flatMap(([method, delta]) =>
    Object.entries(delta).map(([task, value]) => `| ${method} | ${task} | ${deltaText(value, result!.spread[method]?.[task])} |`),
  )
  return rows.length === 0 ? head : `${head}\n\n| method | task | Δm |\n|---|---|---:|\n${rows.join('\n')}`
}

function crossValidationDetails({ result }: CrossValidationSummary): string {
  const rows = Object.entries(result?.tasks ?? {}).flatMap(([task, metrics]) =>
    Object.entries(metrics).map(
      ([name, { mean, spread }]) => `| ${task} | ${name.replaceAll('_', ' ')} | ${metricText(mean)} ± ${metricText(spread)} |`,
    ),
  )
  return rows.length === 0 ? '' : `| task | metric | mean ± deviation |\n|---|---|---:|\n${rows.join('\n')}`
}

/** The best grouping into two: `species + mass | sex`. */
function groupingText({ result }: AffinitySummary): string {
  const two = result?.groupings.find(({ most }) => most === 2)
  return two ? two.groups.map(group => group.join(' + ')).join(' | ') : ''
}

function affinityDetails({ result }: AffinitySummary): string {
  const rows = (result?.groupings ?? []).map(
    ({ most, groups, score }) => `| ${most} | ${groups.map(group => group.join(', ')).join(' \\| ')} | ${metricText(score)} |`,
  )
  return rows.length === 0 ? '' : `| groups | tasks | score |\n|---:|---|---:|\n${rows.join('\n')}`
}
