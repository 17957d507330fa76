import { number } from '../../base/options'
import { stateless, type MethodDefinition, type Row } from '../method'
import { presentTasks, scattered } from '../presence'
import { zeros } from './trackedRows'

/**
 * Chen et al. 2020, algorithm 1, on the gradients of the shared parameters: for each coordinate P = ½(1 + Σg/Σ|g|), and one draw U
 * from the run's generator: where P > U only the positive parts stay, where P < U only the negative ones. Where all are zero, P = ½.
 */
export const gradDrop: MethodDefinition = {
  kind: 'gradDrop',
  doc: 'Keeps, for each weight by a draw, only the gradients of one sign (Chen et al. 2020): noise that leads to points where the tasks agree. One trunk backward pass per task, and a random number for each shared weight.',
  notWhen: 'There are few steps, or the trunk is small: the noise of the draws has no time to average out.',
  paper: 'Chen et al. 2020, Just Pick a Sign: Optimizing Deep Multitask Models with Gradient Sign Dropout, NeurIPS, arXiv:2010.06808',
  gainOn: 'CelebA and others',
  example: 'weighting: gradDrop()',
  formula: 'P = ½(1 + Σg/Σ|g|); keep g > 0 where P > U, g < 0 where P < U',
  scale: 'own',
  heads: 'plain',
  positional: [],
  options: { leak: number('Share of each gradient that is never dropped.', { default: 0, min: 0, max: 1 }) },
  needs: ['rows'],
  create({ options, random }) {
    const leak = options.leak as number
    let chances: Row = new Float64Array(0)
    return {
      weights({ present, rows: all }) {
        const tasks = presentTasks(present)
        const rows = tasks.map(i => all![i]!)
        const like = all![0]!
        chances = positiveChances(rows, like)
        const direction = zeros(like)
        for (let p = 0; p < direction.length; p++) {
          const positive = chances[p]! > random.uniform()
          let [kept, sum] = [0, 0]
          for (const row of rows) {
            sum += row[p]!
            if (row[p]! > 0 === positive) kept += row[p]!
          }
          direction[p] = leak * sum + (1 - leak) * kept
        }
        return {
          shared: scattered(
            tasks.map(() => 1),
            present.length,
            tasks,
          ),
          direction,
        }
      },
      details: () => ({ probabilityVector: [...chances] }),
      ...stateless,
    }
  },
}

/** For each coordinate, the chance that the positive parts are kept. */
function positiveChances(rows: readonly Row[], like: Row): Row {
  const chances = zeros(like)
  for (let p = 0; p < chances.length; p++) {
    let [sum, size] = [0, 0]
    for (const row of rows) {
      sum += row[p]!
      size += Math.abs(row[p]!)
    }
    chances[p] = size > 0 ? 0.5 * (1 + sum / size) : 0.5
  }
  return chances
}
