import type { Encoded } from './batches'
import type { FittedInput } from './rawData'
import { blockRowsFor, FileRows, MemoryRows, windowBlocksFor, type EncodedRows } from './rows'
import type { Scratch } from './scratch'
import { sharedBytes, sharedFloats } from './shared'

/** Rows of more bytes come in blocks even in memory: one by one, each would miss the processor's caches. */
const cacheless = 2 ** 27

/**
 * Encodes the rows of all inputs, into a file where they don't fit into memory.
 * @param order rows of the data in the order of their positions
 */
export async function encodeInputs(
  inputs: readonly FittedInput[],
  order: Int32Array,
  scratch: Scratch,
): Promise<Pick<Encoded, 'inputs' | 'blocks'>> {
  const written = inputs.filter(input => input.write)
  const rowBytes = written.reduce((sum, { size, element }) => sum + size * element, 0)
  const filed = rowBytes * order.length > scratch.memory
  const blockRows = blockRowsFor(rowBytes)
  const window = windowBlocksFor(rowBytes, blockRows)
  const encoded: Record<string, EncodedRows> = {}
  for (const { name, size, element, write, rows } of inputs) {
    if (!write) {
      encoded[name] = rows!(order)
      continue
    }
    const store = filed
      ? FileRows.create(scratch, order.length, { size, blockRows, residentBlocks: 3 * window, bytes: element === 1 })
      : new MemoryRows((element === 1 ? sharedBytes : sharedFloats)(order.length * size), size)
    await write(order, store)
    encoded[name] = store
  }
  const inBlocks = filed || rowBytes * order.length > cacheless
  return { inputs: encoded, blocks: inBlocks ? { rows: blockRows, window } : null }
}
