import { relative } from 'node:path'
import type { Json } from '../base/json'
import type { Options } from '../base/options'
import { sourceOfNode } from '../ir/dataSets'
import type { DataSource, GraphNode, ModelGraph } from '../ir/graph'
import { profileKey } from '../ir/profile'
import { elementCount, formatShape } from '../ir/shape'
import { DataError } from './dataset'
import type { Extraction, Extractor } from './extract/extractor'
import { extractorOf } from './extract/table'
import { FileSetState } from './fingerprint'
import { unknownName } from './modelSource'
import type { FittedInput } from './rawData'
import type { EncodedRows } from './rows'
import { MemoryRows } from './rows'
import type { Scratch } from './scratch'
import type { ExtractedArray, TextTable } from './source'
import { sourceOf } from './sources/table'
import type { SourceAccess } from './sourceAccess'
import { FileTable, type TableValues } from './table'

/** A source with an array beside its columns. */
export interface Extracted {
  readonly kind: string
  readonly options: Options
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
export function extractedOf(
  { kind, options }: { readonly kind: string; readonly options: Options },
  access: SourceAccess,
  text: TextTable,
): Extracted | null {
  const [definition, extractor] = [sourceOf(kind), extractorOf(kind)]
  return extractor && definition?.array ? { kind, options, access, text, array: definition.array(options), extractor } : null
}

/** The inputs of a model that are made of files or texts: reads the columns that name them. @throws DataError */
export async function extractedInputs(
  graph: ModelGraph,
  source: DataSource,
  extracted: readonly Extracted[],
  table: FileTable,
  scratch: Scratch,
): Promise<{ fit(train: Int32Array, notes: string[]): Promise<readonly FittedInput[]> }> {
  const inputs: { node: GraphNode; from: Extracted; extraction: Extraction }[] = []
  for (const node of graph.nodes) {
    const id = node.kind === 'input' ? sourceOfNode(node) : null
    if (id === null) continue
    const own = graph.sources.find(source => source.id === id)!
    const key = profileKey(own)
    const from = extracted.find(({ kind, options }) => profileKey({ kind, path: own.path, options }) === key)
    if (!from)
      throw new DataError('mtl/data-source', `input '${node.name}' needs arrays (npz) but ${source.path} is a table: use .features({ … })`)
    checkInput(node, from, own)
    const extraction = await extractionOf(from, table, scratch)
    await rememberFiles(from, extraction)
    inputs.push({ node, from, extraction })
  }
  return {
    async fit(train, notes) {
      const fitted: FittedInput[] = []
      for (const { node, from, extraction } of inputs) {
        const { kind, options, extractor, array } = from
        const state = await extractor.fit(extraction, train, notes)
        const shape = node.shape as readonly number[]
        const encoding: ExtractedEncoding = { kind: 'extracted', source: kind, options, shape, state }
        fitted.push({
          name: node.name,
          state: encoding as unknown as Json,
          size: elementCount(shape)!,
          element: array.dtype === 'uint8' ? 1 : 4,
          write: (order, writer) => extractor.write(extraction, state, order, writer),
        })
      }
      return fitted
    },
  }
}

function checkInput(node: GraphNode, { array }: Extracted, source: DataSource): void {
  const name = (node.options.array as string | null | undefined) ?? node.name
  if (name !== array.name) throw unknownName('array', name, [array.name], source)
  if (elementCount(node.shape) === elementCount(array.shape)) return
  throw new DataError(
    'mtl/input-shape',
    `${source.path}, array '${name}': rows have shape ${formatShape(array.shape)}, the input expects ${formatShape(node.shape)}`,
    { file: source.path, column: name, source: source.id },
  )
}

/** Files that a table names belong to the data: that all are there is known before the first is read. */
async function rememberFiles({ access, extractor }: Extracted, extraction: Extraction): Promise<void> {
  const files = await extractor.files?.(extraction)
  if (files === undefined || access.file.isFolder) return
  const relativeFiles = files.map(file => ({ ...file, path: relative(access.home, file.path) }))
  access.states.push(await FileSetState.of(access.home, relativeFiles, `files named in ${access.file.name}`, access.file.name))
}

/** Reads what the extractor needs of the table. */
async function extractionOf({ access, text, extractor, options }: Extracted, table: TableValues, scratch: Scratch): Promise<Extraction> {
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
  const extraction = await extractionOf(extracted, table, scratch)
  await extracted.extractor.write(extraction, encoding.state, order, rows)
  return rows
}
