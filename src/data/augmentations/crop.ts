import { positiveInteger } from '../../base/options'
import type { Augmentation } from './augmentation'

export const crop: Augmentation = {
  kind: 'crop',
  doc: 'Moves images by some pixels, as if they had been padded with zeros and cut to their size again at another place.',
  example: 'augment: [crop(4)]',
  options: { padding: positiveInteger('Largest move, in pixels, up, down, left and right.', { required: true }) },
  positional: ['padding'],
  image({ values, height, width, channels }, { padding }, random, held) {
    const reach = padding as number
    const down = random.below(2 * reach + 1) - reach
    const right = random.below(2 * reach + 1) - reach
    held.set(values)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [fromY, fromX] = [y + down, x + right]
        const inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width
        const [to, from] = [(y * width + x) * channels, (fromY * width + fromX) * channels]
        for (let c = 0; c < channels; c++) values[to + c] = inside ? held[from + c]! : 0
      }
    }
  },
}
