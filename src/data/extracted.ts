import { relative } from 'node:path'
import type { Json } from '../base/json'
import type { Options } from '../base/options'
import type { DataSource, ModelGraph } from '../ir/graph'
import { elementCount, formatShape } from '../ir/shape'
import { DataError } from './dataset'
import type { Extraction, Extractor } from './extract/extractor'
import { extractorOf } from './extract/table'
import { FileSetState } from './fingerprint'
import { sourceOfNode, unknownName } from './modelSource'
import type { FittedInput } from './rawData'
import type { EncodedRows } from './rows'
import { MemoryRows } from './rows'
import type { Scratch } from './scratch'
import type { ExtractedArray, SourceDefinition, TextTable } from './source'
import type { SourceAccess } from './sourceAccess'
import { FileTable, type TableValues } from './table'

/** A source with an array beside its columns. */
export interface Extracted {
  readonly access: SourceAccess
  readonly text: TextTable
  readonly array: ExtractedArray
  readonly extractor: Extractor
}

/** An input that was made of files or texts. Plain data, stored in checkpoints. */
export interface ExtractedEncoding {
  readonly kind: 'extracted'
  /** Kind of the source, and its options: new files are read in the same way. */
  readonly source: string
  readonly options: Options
  readonly shape: readonly number[]
  readonly state: Json
}

/** @returns null for a source without such an array */
export function extractedOf(definition: SourceDefinition, access: SourceAccess, text: TextTable): Extracted | null {
  const extractor = extractorOf(definition.kind)
  return extractor && definition.array ? { access, text, array: definition.array(access.file.options), extractor } : null
}

/** The inputs of a model that are made of files or texts: reads the columns that name them. @throws DataError */
export async function extractedInputs(
  graph: ModelGraph,
  source: DataSource,
  extracted: Extracted | null,
  table: FileTable,
  scratch: Scratch,
): Promise<{ fit(train: Int32Array, notes: string[]): Promise<readonly FittedInput[]> }> {
  const nodes = graph.nodes.filter(node => node.kind === 'input' && sourceOfNode(node) !== null)
  if (nodes.length === 0) return { fit: () => Promise.resolve([]) }
  if (extracted === null)
    throw new DataError(
      'mtl/data-source',
      `input '${nodes[0]!.name}' needs arrays (npz) but ${source.path} is a table: use .features({ … })`,
    )
  const { array, extractor, access } = extracted
  for (const node of nodes) {
    const name = (node.options.array as string | null | undefined) ?? node.name
    if (name !== array.name) throw unknownName('array', name, [array.name], source)
    if (elementCount(node.shape) !== elementCount(array.shape))
      throw new DataError(
        'mtl/input-shape',
        `${source.path}, array '${name}': rows have shape ${formatShape(array.shape)}, the input expects ${formatShape(node.shape)}`,
        { file: source.path, column: name },
      )
  }
  const extraction = await extractionOf(extracted, table, source.options, scratch)
  if (extractor.files && !access.file.isFolder) {
    const files = (await extractor.files(extraction)).map(file => relative(access.home, file))
    access.states.push(await FileSetState.of(access.home, files, `files named in ${source.path}`))
  } else await extractor.files?.(extraction)
  return {
    async fit(train, notes) {
      const state = await extractor.fit(extraction, train, notes)
      return nodes.map((node): FittedInput => {
        const shape = node.shape as readonly number[]
        const encoding: ExtractedEncoding = { kind: 'extracted', source: source.kind, options: source.options, shape, state }
        return {
          name: node.name,
          state: encoding as unknown as Json,
          size: elementCount(shape)!,
          element: array.dtype === 'uint8' ? 1 : 4,
          write: (order, writer) => extractor.write(extraction, state, order, writer),
        }
      })
    },
  }
}

/** Reads what the extractor needs of the table. */
async function extractionOf(
  { access, text, extractor }: Extracted,
  table: TableValues,
  options: Options,
  scratch: Scratch,
): Promise<Extraction> {
  const { numbers = [], texts = [] } = extractor.columns(options)
  const base = text.whole ?? text
  for (const column of [...numbers, ...texts]) if (!base.columns.includes(column)) throw noColumn(access, column)
  await base.check?.([...numbers, ...texts])
  const read = text.whole ? new FileTable(access.duck, text.whole, table.name, options, scratch) : table
  if (read instanceof FileTable) await read.read(numbers, texts)
  return { table: read, options, name: table.name, locate: path => access.locate(path) }
}

const noColumn = ({ file }: SourceAccess, column: string) =>
  new DataError('mtl/unknown-column', `${file.name} has no column '${column}'`, { file: file.name, column })

/** New rows, made as those of the training were. */
export async function encodedAgain(
  encoding: ExtractedEncoding,
  extracted: Extracted,
  table: TableValues,
  order: Int32Array,
  scratch: Scratch,
): Promise<EncodedRows> {
  const size = elementCount(encoding.shape)!
  const rows = new MemoryRows(new Float32Array(order.length * size), size)
  const extraction = await extractionOf(extracted, table, encoding.options, scratch)
  await extracted.extractor.write(extraction, encoding.state, order, rows)
  return rows
}
