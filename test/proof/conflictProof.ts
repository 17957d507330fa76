// Planted conflict must be found on its layer, and harmless tasks must not be blamed nor given advice:
// npm run -s conflict-proof -- [--seeds 20] [--only NAME] [--verbose]
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import { adviceCodes, type AdviceCode, type ConflictSummary } from '../../src/ir/conflict'
import { cases, found, isRight, summaryOf } from './plantedConflict'

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '20' },
      verbose: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
    },
  })
  const seeds = Number(values.seeds)
  const engine = await openOnnxEngine({ threads: 1 })
  let failed = false
  for (const given of cases.filter(({ name }) => name.includes(values.only))) {
    let right = 0
    const advised = new Map<AdviceCode, number>(adviceCodes.map(code => [code, 0]))
    for (let seed = 1; seed <= seeds; seed++) {
      const summary = await summaryOf(given, seed, engine, resolve('dist'))
      if (isRight(given, summary)) right++
      for (const code of new Set(summary.advice!.map(({ code }) => code))) advised.set(code, advised.get(code)! + 1)
      if (!values.verbose) continue
      const layers = summary.layers.map(({ layer, pairs: [p] }) =>
        p
          ? `${layer}: cosine ${p.cosine.mean.toFixed(3)} [${p.cosine.low.toFixed(3)}, ${p.cosine.high.toFixed(3)}], bound ${p.bound?.toFixed(3)}, across ${p.across?.mean.toFixed(4)} [${p.across?.low.toFixed(4)}, ${p.across?.high.toFixed(4)}], signal ${p.signal.map(s => s?.toFixed(2)).join('/')}`
          : layer,
      )
      console.error(
        `  ${given.name}, seed ${seed}: ${trunkFigures(summary)} | found ${found(summary).join() || 'nothing'} | ${summary.samples} samples | ${layers.join(' | ')}`,
      )
    }
    const enough = given.torn === null ? seeds - right <= seeds / 20 : right >= (18 / 20) * seeds
    const loud = given.torn === null ? adviceCodes.filter(code => advised.get(code)! > seeds / 20) : []
    failed ||= !enough || loud.length > 0
    console.log(
      given.torn === null
        ? `${given.name}: a finding in ${seeds - right} of ${seeds} seeds${enough ? '' : ' (at most 1 in 20 is allowed)'}`
        : `${given.name}: found on '${given.torn}' and nowhere else in ${right} of ${seeds} seeds${enough ? '' : ' (18 in 20 are asked for)'}`,
    )
    const counts = [...advised].map(([code, count]) => `${code} ${count}`).join(', ')
    console.log(`  advice, by seeds: ${counts}${loud.length > 0 ? ` (at most 1 in 20 is allowed: ${loud.join(', ')})` : ''}`)
  }
  return failed ? 1 : 0
}

function trunkFigures({ trunk: { diagnostics } }: ConflictSummary): string {
  const { condition, paretoGap, pairs } = diagnostics!
  const similar = pairs.map(({ magnitude }) => magnitude.toFixed(2)).join('/')
  const triads = pairs.map(({ triad }) => triad.high.toFixed(2)).join('/')
  return `κ ${condition?.toFixed(1)}, gap ${paretoGap?.relative.toFixed(2)}, similarity ${similar}, triad below ${triads}`
}

void main().then(code => (process.exitCode = code))
