import { promises as fs } from 'node:fs'
import type { FitEnum, default as Sharp } from 'sharp'
import type { Extractor } from './extractor'
import { eachFile, filesOf } from './paths'

/** Pictures with more pixels, or larger files, are refused: they are made to fill the memory, or are no training data. */
const mostPixels = 50_000_000
const mostBytes = 100 * 2 ** 20

let loaded: Promise<typeof Sharp> | null = null

/** The decoder, loaded when the first picture is read. Nothing but the three formats is decoded, whatever a file holds. */
const decoder = () =>
  (loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'] })
    sharp.cache(false)
    return sharp
  }))

const fits: Readonly<Record<string, keyof FitEnum>> = { stretch: 'fill', cover: 'cover', contain: 'contain' }

interface ImageOptions {
  readonly size: readonly [number, number]
  readonly channels: 1 | 3
  readonly resize: string | null
}

/** Pictures as bytes [height, width, channels]. */
export const images: Extractor = {
  columns: ({ column }) => ({ texts: [(column as string | undefined) ?? 'file'] }),
  files: filesOf,
  fit: ({ options }) => Promise.resolve({ size: options.size!, channels: options.channels!, resize: options.resize ?? null }),
  async write(extraction, state, order, writer) {
    const options = state as unknown as ImageOptions
    const size = options.size[0] * options.size[1] * options.channels
    await decoder() // what keeps it from being loaded is no fault of the first picture
    await eachFile(
      extraction,
      order,
      ({ path }) => decode(path, options),
      (position, pixels) => writer.write(position, 0, size, pixels),
    )
  },
}

/** @returns bytes [height, width, channels] @throws Error saying what is wrong with the picture */
async function decode(path: string, { size: [height, width], channels, resize }: ImageOptions): Promise<Uint8Array> {
  const { size: bytes } = await fs.stat(path)
  if (bytes > mostBytes) throw new Error(`the picture's file is larger than ${mostBytes / 2 ** 20} MiB`)
  const sharp = await decoder()
  const file = await fs.readFile(path)
  const found = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw new Error('expected a PNG, JPEG or WebP picture, found something else')
    })
  const [w, h] = [found.autoOrient.width, found.autoOrient.height]
  if (w * h > mostPixels) throw new Error(`the picture has ${w} × ${h} pixels; at most ${mostPixels / 1e6} million are read`)
  if (resize === null && (w !== width || h !== height))
    throw new Error(
      `the picture has ${w} × ${h} pixels, expected ${width} × ${height} (width × height); the option resize brings it to that size`,
    )
  const picture = sharp(file, { limitInputPixels: mostPixels, failOn: 'warning' }).autoOrient().flatten({ background: '#000' })
  if (resize !== null) picture.resize(width, height, { fit: fits[resize]!, background: '#000' })
  const { data, info } = await picture
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw new Error(`the picture is damaged (${(error as Error).message.split('\n')[0]!.trim()})`)
    })
  if (info.channels === channels) return data
  const pixels = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < channels; c++) pixels[i * channels + c] = data[i * info.channels + Math.min(c, info.channels - 1)]!
  return pixels
}
