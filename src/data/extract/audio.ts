import { promises as fs } from 'node:fs'
import type { Extraction, Extractor } from './extractor'
import { logMel, type MelSettings } from './logMel'
import { eachFile, filesOf, type NamedFile } from './paths'
import { parseWav } from './wav'

const mostBytes = 500 * 2 ** 20

interface AudioState extends MelSettings {
  readonly seconds: number
  readonly mean: number
  readonly deviation: number
}

/** Sound files as standardised log-mel spectrograms [frames, mels]. */
export const audio: Extractor = {
  columns: ({ column }) => ({ texts: [(column as string | undefined) ?? 'file'] }),
  files: filesOf,

  async fit(extraction, train) {
    const settings = extraction.options as unknown as Omit<AudioState, 'mean' | 'deviation'>
    const { rate, seconds, mels, fft, hop } = settings
    let [sum, squares, count] = [0, 0, 0]
    await eachSpectrogram(extraction, settings, train, (_, values) => {
      for (const value of values) {
        sum += value
        squares += value * value
      }
      count += values.length
    })
    const mean = sum / count
    const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean)) || 1
    return { rate, seconds, mels, fft, hop, mean, deviation }
  },

  async write(extraction, state, order, writer) {
    const settings = state as unknown as AudioState
    await eachSpectrogram(extraction, settings, order, (position, values) => {
      writer.write(
        position,
        0,
        values.length,
        values.map(value => (value - settings.mean) / settings.deviation),
      )
    })
  },
}

function eachSpectrogram(
  extraction: Extraction,
  settings: Omit<AudioState, 'mean' | 'deviation'>,
  order: Int32Array,
  take: (position: number, values: Float32Array) => void,
): Promise<void> {
  const spectrogram = logMel(settings)
  return eachFile(extraction, order, async file => spectrogram(await clip(file, settings)), take)
}

/** @returns the samples of a clip @throws Error saying what is wrong with the file */
async function clip({ path }: NamedFile, { rate, seconds }: { readonly rate: number; readonly seconds: number }): Promise<Float32Array> {
  if ((await fs.stat(path)).size > mostBytes) throw new Error(`the sound file is larger than ${mostBytes / 2 ** 20} MiB`)
  const sound = parseWav(await fs.readFile(path))
  if (sound.rate !== rate)
    throw new Error(`expected ${rate} samples per second, found ${sound.rate}: resample the file, or change the option rate`)
  const samples = new Float32Array(Math.round(rate * seconds))
  samples.set(sound.samples.subarray(0, samples.length))
  return samples
}
