import { positiveInteger } from '../../base/options'
import type { Augmentation } from './augmentation'

/** DeVries & Taylor 2017: the square's centre may lie anywhere in the image, so that the square may reach out of it. */
export const cutout: Augmentation = {
  kind: 'cutout',
  doc: 'Sets a square of each image to zero, at a random place (DeVries & Taylor 2017).',
  example: 'augment: [cutout(8)]',
  options: { size: positiveInteger('Side of the square, in pixels.', { required: true }) },
  positional: ['size'],
  image({ values, height, width, channels }, { size }, random) {
    const side = size as number
    const top = random.below(height) - (side >> 1)
    const left = random.below(width) - (side >> 1)
    for (let y = Math.max(0, top); y < Math.min(height, top + side); y++)
      values.fill(0, (y * width + Math.max(0, left)) * channels, (y * width + Math.min(width, left + side)) * channels)
  },
}
