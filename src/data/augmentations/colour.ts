import { number } from '../../base/options'
import type { Augmentation } from './augmentation'

const strength = (what: string) =>
  number(`Largest change of ${what}: 0.2 draws a factor between 0.8 and 1.2.`, { default: 0, min: 0, max: 1 })

export const colour: Augmentation = {
  kind: 'colour',
  doc: 'Changes brightness, contrast and saturation of images by random factors.',
  example: 'augment: [colour({ brightness: 0.2, contrast: 0.2 })]',
  options: {
    brightness: strength('brightness'),
    contrast: strength('contrast'),
    saturation: strength('saturation (of images with three channels)'),
  },
  positional: [],
  image({ values, channels, most }, { brightness, contrast, saturation }, random) {
    const factor = (reach: number) => 1 + (2 * random.uniform() - 1) * reach
    const [light, spread, pure] = [brightness, contrast, saturation].map(reach => factor(reach as number)) as [number, number, number]
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    for (let i = 0; i < values.length; i++) values[i] = (mean + (values[i]! - mean) * spread) * light
    if (channels === 3 && pure !== 1) {
      for (let i = 0; i < values.length; i += 3) {
        // ITU-R BT.601
        const grey = 0.299 * values[i]! + 0.587 * values[i + 1]! + 0.114 * values[i + 2]!
        for (let c = 0; c < 3; c++) values[i + c] = grey + (values[i + c]! - grey) * pure
      }
    }
    if (most !== null) for (let i = 0; i < values.length; i++) values[i] = Math.min(most, Math.max(0, values[i]!))
  },
}
