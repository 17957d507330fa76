import type { RowWriter } from './rows'

/** Values that are encoded at once: bounds the memory that wide encodings take. */
const chunkValues = 2 ** 20

/**
 * Encodes one column, some rows at a time.
 * @param order rows in the order of their positions
 * @param encode gives [rows, width] for some of the rows
 */
export function writeColumn(
  order: Int32Array,
  writer: RowWriter,
  offset: number,
  width: number,
  encode: (rows: Int32Array) => ArrayLike<number>,
): void {
  const chunkRows = Math.max(1, Math.floor(chunkValues / width))
  for (let position = 0; position < order.length; position += chunkRows) {
    writer.write(position, offset, width, encode(order.subarray(position, position + chunkRows)))
  }
}
