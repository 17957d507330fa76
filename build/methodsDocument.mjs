// The text of docs/methods.md: the table of methods, and what the committed comparisons say of each.

/**
 * What is kept of a comparison. Metrics are of the test split at the best checkpoint, as means over seeds.
 * @typedef {{
 *   model: string, epochs: number, seeds: number[], learningRates: number[], data: { path: string, sha256: string }[], mtl: string,
 *   alone: Record<string, Record<string, number>>,
 *   methods: Record<string, { weighting: { kind: string, options: Record<string, any> },
 *     metrics: Record<string, Record<string, number>>, deltas: { seed: number, delta: Record<string, number> }[] }>,
 *   notes: string[],
 * }} Kept
 */

/**
 * @typedef {import('../src/methods/method').MethodDefinition} MethodDefinition
 * @typedef {{ example: string, kept: Kept | null }} Measured
 * @typedef {{ mean: number, low: number, high: number, verdict: 'above' | 'below' | 'open' | 'same' }} Difference
 */

/** Student's t, two-sided 95 %, by degrees of freedom. */
const student = [NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]

/**
 * Of Δm, overall, between two methods: seed by seed, as both saw the same batches and the same initial weights.
 * @param {Kept} kept @param {string} name @param {string} other
 * @returns {Difference | null} null where one of them lacks figures of two common seeds
 */
export function difference({ methods }, name, other) {
  const base = new Map(methods[other]?.deltas.map(({ seed, delta }) => [seed, delta.overall]))
  const values = (methods[name]?.deltas ?? []).map(({ seed, delta }) => delta.overall - (base.get(seed) ?? NaN)).filter(Number.isFinite)
  if (values.length < 2 || values.length > student.length) return null
  const interval = meanInterval(values)
  const verdict = values.every(value => value === 0) ? 'same' : interval.low > 0 ? 'above' : interval.high < 0 ? 'below' : 'open'
  return { ...interval, verdict }
}

/** Student's 95 % interval of the mean of two to ten values. @param {number[]} values */
export function meanInterval(values) {
  const middle = mean(values)
  const reach = (student[values.length - 1] * deviation(values)) / Math.sqrt(values.length)
  return { mean: middle, low: middle - reach, high: middle + reach }
}

/** @param {readonly MethodDefinition[]} table @param {Measured[]} measured */
export function methodsDocument(table, measured) {
  return [
    '# Ways to balance tasks',
    `<!-- Made by \`npm run methods\` from src/methods and docs/results/methods; changes belong there. -->`,
    `Every \`weighting:\` of a model file: rule, cost, when to use it, when not, and what it gained on ${listed(measured.map(({ example }) => `[${example}](../examples/${example}/README.md)`))}. The figures are made from [docs/results/methods](results/methods); \`npm run methods\` trains what is missing there.`,
    'Notation: T tasks, L_i their losses, J the matrix of their gradients g_i over the shared layers (a row per task), G = J Jᵀ, u = 1/T, w the weights of the tasks, d = Jᵀw the direction of the step. *Scale*: how long d is where nothing has to change: the sum of the gradients, their mean, or as the paper has it.',
    '## All methods',
    ...budgets(measured),
    overview(table, measured),
    'Δm: mean relative change of the test metrics against models that learn one task each, mean ± standard deviation over the seeds; above 0 is better than the single-task models ([docs/runs.md](runs.md#comparisons)). *Against equal*: difference of Δm to `equal()` over the same seeds, with its 95 % interval (Student’s t, paired by seed), in percentage points; bold where the interval leaves out 0. Of forty such intervals about two do by chance. Passes are backward passes through the shared layers in each step; what that costs in time and memory: [docs/performance.md](performance.md#methods).',
    '## What does not reproduce',
    ...reproduction(table, measured),
    'How far this goes: two small data sets, one architecture each, one learning rate, default options, few seeds and short training. A gain that is missing here may well be there on other data; a gain that is here may be gone with a tuned learning rate. Compare on your own: `npm run -s mtl -- compare FILE --methods a,b --seeds 5 --learning-rates 1e-3,3e-3`.',
    ...table.flatMap(method => section(method, measured)),
  ]
    .join('\n\n')
    .concat('\n')
}

/** @param {Measured[]} measured */
function budgets(measured) {
  return measured.map(({ example, kept }) => {
    if (!kept) return `**${example}**: not measured yet.`
    const { epochs, seeds, learningRates, notes } = kept
    const rates = learningRates.length === 1 ? `learning rate ${learningRates[0]}` : `the best learning rate of ${learningRates.join(', ')}`
    return `**${example}**: ${epochs} epochs, seeds ${seeds.join(', ')}, ${rates}; the best checkpoint by validation. ${notes.join(' ')}`.trim()
  })
}

/** @param {readonly MethodDefinition[]} table @param {Measured[]} measured */
function overview(table, measured) {
  const head = ['method', 'passes', ...measured.flatMap(({ example }) => [`${example}: Δm`, 'against equal'])]
  const rows = table
    .filter(({ traced }) => !traced)
    .map(({ kind, needs }) => [
      `[\`${kind}\`](#${kind.toLowerCase()})`,
      perTask(needs) ? 'T' : '1',
      ...measured.flatMap(({ kept }) => [overall(kept, kind), against(kept, kind)]),
    ])
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** @param {readonly MethodDefinition[]} table @param {Measured[]} measured */
function reproduction(table, measured) {
  const claiming = table.filter(({ gainOn }) => gainOn !== undefined)
  return measured.flatMap(({ example, kept }) => {
    if (!kept) return []
    const found = claiming.map(({ kind }) => ({ kind, verdict: difference(kept, kind, 'equal')?.verdict }))
    const those = /** @param {(string | undefined)[]} verdicts */ (...verdicts) =>
      found.filter(({ verdict }) => verdicts.includes(verdict)).map(({ kind }) => kind)
    const besides = Object.keys(kept.methods).filter(kind => kind !== 'fixed' && difference(kept, kind, 'fixed')?.verdict === 'above')
    const lines = [
      `- above \`equal()\`, the whole interval: ${named(those('above'))}`,
      `- not told apart from \`equal()\`: ${named(those('open', 'same'))}`,
      `- below \`equal()\`, the whole interval: ${named(those('below'))}`,
      ...(those(undefined).length > 0 ? [`- without figures: ${named(those(undefined))}`] : []),
    ]
    const twins = sameFigures(kept).map(group => named(group))
    return [
      `**${example}.** Of ${claiming.length} methods whose papers report a gain over equal weights:\n\n${lines.join('\n')}`,
      `Tuned fixed weights, which Xin et al. 2022 found to be as good as any method: above them, with the whole interval, ${besides.length === 1 ? 'is' : 'are'} ${named(besides)}.`,
      ...(twins.length > 0
        ? [
            `The same Δm with every seed: ${twins.join('; ')}. Adam divides constant factors out, and a method that finds nothing to change is \`equal()\`.`,
          ]
        : []),
    ]
  })
}

/** Methods whose Δm of every seed and task reads the same. @param {Kept} kept @returns {string[][]} */
function sameFigures({ methods }) {
  /** @type {Map<string, string[]>} */
  const groups = new Map()
  for (const [kind, { deltas }] of Object.entries(methods)) {
    const key = JSON.stringify(deltas, (_, value) => (typeof value === 'number' ? percent(value) : value))
    groups.set(key, [...(groups.get(key) ?? []), kind])
  }
  return [...groups.values()].filter(group => group.length > 1)
}

/** @param {MethodDefinition} method @param {Measured[]} measured */
function section({ kind, doc, notWhen, paper, gainOn, example, formula, scale, heads, options, needs, traced }, measured) {
  const given = Object.entries(options).map(([name, option]) => `\`${name}\`${valueOf(option)}: ${option.doc}`)
  const facts = [
    `- **Rule**: \`${formula}\``,
    `- **Written**: \`${example}\``,
    `- **Cost**: ${cost(needs)}`,
    `- **Not when**: ${notWhen}`,
    `- **Scale**: ${{ sum: 'sum', mean: 'mean', own: 'its own' }[scale]}; heads get their gradients ${heads === 'plain' ? 'as they are' : 'times the task’s weight'}.`,
    ...given.map(option => `- **Option** ${option}`),
    ...(paper === undefined
      ? []
      : [
          `- **Paper**: ${paper}.${gainOn === undefined ? '' : ` It reports a gain over equal weights on ${gainOn}; ${answer(kind, measured)}.`}`,
        ]),
  ]
  const rows = measured.map(({ example, kept }) => [example, overall(kept, kind), byTask(kept, kind), against(kept, kind)])
  const head = ['data', 'Δm', 'by task', 'against equal']
  const figures = [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
  return [`## ${kind}`, doc, facts.join('\n'), ...(traced ? [] : [figures]), ...chosen(kind, measured)]
}

/** What became of a paper's gain. @param {string} kind @param {Measured[]} measured */
function answer(kind, measured) {
  const words = { above: 'a gain', below: 'a loss', open: 'no difference that shows', same: 'no difference' }
  const found = measured.flatMap(({ example, kept }) => {
    const verdict = kept && difference(kept, kind, 'equal')?.verdict
    return verdict ? [`${words[verdict]} on ${example}`] : []
  })
  return found.length === 0 ? 'it was not measured here' : `here ${listed(found)}`
}

/** The weights that were found, where they were searched. @param {string} kind @param {Measured[]} measured */
function chosen(kind, measured) {
  if (kind !== 'fixed') return []
  const found = measured.flatMap(({ example, kept }) => {
    const weighting = kept?.methods.fixed?.weighting
    if (!weighting) return []
    const weights = Object.entries(weighting.options.weights ?? {}).map(([task, weight]) => `${task} ${Number(weight.toPrecision(3))}`)
    return [`${example}: ${weights.join(', ') || 'all alike'}`]
  })
  return found.length === 0
    ? []
    : [`Chosen on the validation split of the first seed: ${found.join('; ')}. The other methods had no such search.`]
}

/** @param {readonly string[]} needs */
const perTask = needs => needs.includes('gram') || needs.includes('rows')

/** @param {readonly string[]} needs */
function cost(needs) {
  const passes = perTask(needs) ? 'T backward passes through the shared layers' : 'one backward pass'
  const more = needs.includes('rows')
    ? ', and all T gradients in memory'
    : needs.includes('lossesAfterStep')
      ? ', and one more forward pass'
      : ''
  return `${passes}${more}.`
}

/** @param {{ default?: unknown, required?: boolean }} option */
const valueOf = option =>
  option.required ? ' (must be written)' : option.default === undefined ? '' : ` = ${JSON.stringify(option.default)}`

/** @param {Kept | null} kept @param {string} kind */
function overall(kept, kind) {
  const values = kept?.methods[kind]?.deltas.map(({ delta }) => delta.overall) ?? []
  if (values.length === 0) return kept?.notes.some(note => note.startsWith(`${kind} diverged`)) ? 'diverged' : 'not measured'
  return values.length === 1 ? `${percent(values[0])} %` : `${percent(mean(values))} ± ${percent(deviation(values))} %`
}

/** @param {Kept | null} kept @param {string} kind */
function byTask(kept, kind) {
  const deltas = kept?.methods[kind]?.deltas ?? []
  const tasks = Object.keys(deltas[0]?.delta ?? {}).filter(task => task !== 'overall')
  return tasks.map(task => `\`${task}\` ${percent(mean(deltas.map(({ delta }) => delta[task])))} %`).join(', ') || '—'
}

/** @param {Kept | null} kept @param {string} kind */
function against(kept, kind) {
  const found = kind === 'equal' || !kept ? null : difference(kept, kind, 'equal')
  if (!found) return '—'
  if (found.verdict === 'same') return 'the same'
  const words = `${percent(found.mean)} (${percent(found.low)} … ${percent(found.high)})`
  return found.verdict === 'open' ? words : `**${words}**`
}

/** @param {readonly string[]} kinds */
const named = kinds => (kinds.length === 0 ? 'none' : listed(kinds.map(kind => `\`${kind}\``)))

/** @param {readonly string[]} words */
const listed = words => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`)

/** @param {number} fraction */
const percent = fraction => (Math.round(fraction * 1e4) / 100 + 0).toFixed(2).replace('-', '−')

/** @param {readonly number[]} values */
const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length

/** @param {readonly number[]} values */
function deviation(values) {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1))
}
