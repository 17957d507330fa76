import { number } from '../../base/options'
import type { Augmentation } from './augmentation'

export const rotate: Augmentation = {
  kind: 'rotate',
  doc: 'Turns images about their centre by a random angle; between pixels it is interpolated, from outside come zeros.',
  example: 'augment: [rotate(15)]',
  options: { degrees: number('Largest angle, to either side.', { required: true, above: 0, max: 180 }) },
  positional: ['degrees'],
  image({ values, height, width, channels }, { degrees }, random, held) {
    const angle = ((2 * random.uniform() - 1) * (degrees as number) * Math.PI) / 180
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
    const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2]
    held.set(values)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const fromX = middleX + (x - middleX) * cos + (y - middleY) * sin
        const fromY = middleY - (x - middleX) * sin + (y - middleY) * cos
        const [left, top] = [Math.floor(fromX), Math.floor(fromY)]
        const [shareX, shareY] = [fromX - left, fromY - top]
        const at = (py: number, px: number, c: number) =>
          py < 0 || py >= height || px < 0 || px >= width ? 0 : held[(py * width + px) * channels + c]!
        for (let c = 0; c < channels; c++) {
          const above = at(top, left, c) * (1 - shareX) + at(top, left + 1, c) * shareX
          const below = at(top + 1, left, c) * (1 - shareX) + at(top + 1, left + 1, c) * shareX
          values[(y * width + x) * channels + c] = above * (1 - shareY) + below * shareY
        }
      }
    }
  },
}
