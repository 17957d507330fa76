import type { Json } from '../../base/json'
import { number, perTaskNumber, wholeNumber } from '../../base/options'
import type { MethodDefinition } from '../method'
import { softmax, weightedAboveZero } from './lossMethod'

/**
 * Lin et al. 2024 (Smooth Tchebycheff), eq. 10 on log ratios as in published code: μT·logsumexp(log(L/nadir)/μ). The nadir is each
 * task's mean loss in the last warm-up epoch, during which Σ log L is minimised, or given by hand; then there is no warm-up.
 */
export const stch: MethodDefinition = {
  kind: 'stch',
  doc: 'Minimises a smooth maximum of the losses, each divided by where it stood after a warm-up (Lin et al. 2024): to help the task that lags behind most. One backward pass.',
  notWhen: 'One task can’t be learnt, as with noise for labels: it stays the worst one, and takes the weight.',
  paper: 'Lin et al. 2024, Smooth Tchebycheff Scalarization for Multi-Objective Optimization, ICML, arXiv:2402.19078',
  gainOn: 'NYUv2, Office-31 and QM9',
  example: 'weighting: stch({ mu: 0.5, warmup: 2 })',
  formula: 'μT·logsumexp(log(L/nadir)/μ)',
  scale: 'own',
  heads: 'weighted',
  positional: [],
  options: {
    mu: number('Smoothness: near 0 only the worst task counts.', { default: 1, min: 1e-3, max: 1e6 }),
    warmup: wholeNumber('Epochs before the nadir is taken.', { default: 1 }),
    nadir: perTaskNumber('Loss of each task that counts as equally bad; found by the warm-up when not given.'),
  },
  needs: ['losses', 'epochMeans'],
  create({ tasks, options }) {
    const { mu, warmup } = options as { mu: number; warmup: number }
    const given = options.nadir as Readonly<Record<string, number>> | undefined
    let state: State = { epochs: 0, nadir: given ? tasks.map(task => given[task] ?? 1) : warmup === 0 ? tasks.map(() => 1) : null }
    let details: Readonly<Record<string, Json>> = {}
    return {
      weights: ({ present, losses }) =>
        weightedAboveZero('stch', present, losses!, (above, here) => {
          if (!state.nadir) return above.map(loss => 1 / loss)
          const logs = above.map((loss, k) => Math.log(loss / state.nadir![here[k]!]!))
          const [n, most] = [above.length, Math.max(...logs)]
          const value = mu * n * Math.log(logs.reduce((sum, log) => sum + Math.exp((log - most) / mu), 0))
          details = { value, valueWithMaxAddedBack: value + n * most }
          return softmax(logs.map(log => log / mu)).map((share, k) => (n * share) / above[k]!)
        }),
      epochEnd(means) {
        state = { ...state, epochs: state.epochs + 1 }
        if (state.nadir || state.epochs < warmup) return
        state = { ...state, nadir: [...means].map(mean => (mean > 0 ? mean : 1)) }
      },
      details: () => details,
      state: () => ({ epochs: state.epochs, nadir: state.nadir && [...state.nadir] }),
      restore: saved => void (state = saved as unknown as State),
    }
  },
}

interface State {
  readonly epochs: number
  /** null during the warm-up. */
  readonly nadir: readonly number[] | null
}
