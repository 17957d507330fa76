import type { RunEvent } from '../../../src/runs/events'

/** What a run of so many steps logs before it ends, with an epoch after each 20. */
export function longLog(steps: number): RunEvent[] {
  const events: RunEvent[] = [{ type: 'status', time: 1, status: 'training' }]
  for (let step = 1; step <= steps; step++) {
    const epoch = Math.ceil(step / 20)
    const losses = { species: 1 / step, sex: 0.5 + Math.sin(step) / 3, mass: null }
    events.push({ type: 'step', time: step, step, epoch, losses, weights: { species: 1, sex: 0.7, mass: 0 }, learningRate: 0.001 })
    if (step % 20 > 0) continue
    const metrics = { species: { train_loss: 1 / step, validation_loss: 2 / step, validation_accuracy: 0.9 } }
    events.push({ type: 'epoch', time: step, epoch, step, seconds: 0.1, metrics, score: 1 / step, best: epoch % 3 === 0 })
    events.push({ type: 'progress', time: step, step, steps, epoch, epochs: steps / 20, examplesPerSecond: 1000 + step, secondsLeft: 3 })
  }
  return events
}
