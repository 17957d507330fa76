import { boolean, number } from '../../base/options'
import type { Augmentation } from './augmentation'

export const flip: Augmentation = {
  kind: 'flip',
  doc: 'Mirrors images left to right, or upside down, by lot.',
  example: 'augment: [flip()]',
  options: {
    horizontal: boolean('Left to right.', { default: true }),
    vertical: boolean('Upside down.', { default: false }),
    probability: number('Of each.', { default: 0.5, min: 0, max: 1 }),
  },
  positional: [],
  image({ values, height, width, channels }, { horizontal, vertical, probability }, random) {
    const across = random.uniform() < (probability as number) && horizontal === true
    const over = random.uniform() < (probability as number) && vertical === true
    const swap = (a: number, b: number) => {
      for (let c = 0; c < channels; c++) {
        const held = values[a + c]!
        values[a + c] = values[b + c]!
        values[b + c] = held
      }
    }
    if (across)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width >> 1; x++) swap((y * width + x) * channels, (y * width + width - 1 - x) * channels)
    if (over)
      for (let y = 0; y < height >> 1; y++)
        for (let x = 0; x < width; x++) swap((y * width + x) * channels, ((height - 1 - y) * width + x) * channels)
  },
}
