import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/** Files of the formats that sources read, as bytes. */

interface Pictures {
  /** 4 × 6 pixels of red, green and blue. */
  readonly pixels: readonly number[]
  readonly [name: string]: string | readonly number[]
}

export const pictures = JSON.parse(readFileSync(resolve('test/fixtures/data/pictures.json'), 'utf8')) as Pictures
export const picture = (name: string): Buffer => Buffer.from(pictures[name] as string, 'base64')

/** Writes a Parquet file with the rows of a query. */
export async function writeParquet(folder: string, name: string, query: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (${query}) TO '${join(folder, name)}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
}

/** An IDX file: type code, sizes, values as they stand in the file. */
export function idxFile(code: number, sizes: readonly number[], values: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length)
  head[2] = code
  head[3] = sizes.length
  sizes.forEach((size, axis) => head.writeUInt32BE(size, 4 + 4 * axis))
  return Buffer.concat([head, values])
}

/** A WAV file of 16 bits. @param samples −32768 to 32767, channels interleaved */
export function wavFile(rate: number, samples: readonly number[], channels = 1): Buffer {
  const data = Buffer.from(Int16Array.from(samples).buffer)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * channels * 2, 28)
  head.writeUInt16LE(channels * 2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}
