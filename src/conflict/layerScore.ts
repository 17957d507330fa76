/**
 * Recon's layer score (Shi et al. 2023): in how many sampled steps and unordered pairs of tasks the cosine of a layer's gradients
 * lies below a threshold. Layers with the highest score are the first to be given to each task.
 * @param steps Gram block of the layer, row-major T×T, for each sampled step; pairs with a zero gradient do not count
 */
export function layerScore(steps: readonly ArrayLike<number>[], T: number, threshold: number): number {
  let score = 0
  for (const gram of steps) {
    for (let i = 0; i < T; i++) {
      for (let j = 0; j < i; j++) {
        const lengths = Math.sqrt(gram[i * T + i]!) * Math.sqrt(gram[j * T + j]!)
        if (lengths > 0 && gram[i * T + j]! / lengths < threshold) score++
      }
    }
  }
  return score
}
