import { EncodedSplit } from './batches'
import type { SharedRows, SharedSplit, Split } from './dataset'
import { JoinedSplit } from './joined'
import { FileRows, MemoryRows } from './rows'

/** A split that another thread shares. */
export function openShared(split: SharedSplit): Split {
  if ('sets' in split) return new JoinedSplit(split.sets.map(({ id, split }) => ({ id, split: openShared(split) })))
  const { targets, blocks, from, rows, weights, resampling } = split
  const inputs = Object.fromEntries(Object.entries(split.inputs).map(([name, input]) => [name, openRows(input)]))
  return new EncodedSplit({ inputs, targets, blocks }, from, rows, weights, resampling)
}

const openRows = (rows: SharedRows) => ('file' in rows ? new FileRows(rows) : new MemoryRows(rows.values, rows.size, rows.index))
