import { freemem, totalmem } from 'node:os'
import { sep } from 'node:path'
import { DuckDBInstance, StatementType, type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api'
import type { Scratch } from './scratch'

interface Readable {
  readonly folders?: readonly string[]
  readonly files?: readonly string[]
  readonly mebibytes?: number
}

/** What it may take where nothing else is said; what needs more goes to its scratch folder. */
const leastMebibytes = 256

/**
 * One locked in-memory database. DuckDB by itself writes files, reads any path and loads extensions; this one reads below
 * the given folders and nothing else, and its settings can't be changed any more.
 */
export class Duck {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  /**
   * @param readable folders and files that may be read; absolute, links resolved
   * @param readable.mebibytes of memory, within half of the machine's
   * @param scratch for what does not fit into its memory
   */
  static async open({ folders = [], files = [], mebibytes = leastMebibytes }: Readable, scratch: Scratch, threads = 2): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const most = Math.min(totalmem() / 2, freemem() * 0.8) / 2 ** 20
    const memory = Math.round(Math.max(leastMebibytes, Math.min(mebibytes, most)))
    for (const setting of [
      `allowed_directories = [${folders.map(folder => quoteText(folder.endsWith(sep) ? folder : folder + sep)).join(', ')}]`,
      `allowed_paths = [${files.map(quoteText).join(', ')}]`,
      'autoinstall_known_extensions = false',
      'autoload_known_extensions = false',
      'allow_community_extensions = false',
      `memory_limit = '${memory}MiB'`,
      `threads = ${threads}`,
      `temp_directory = ${quoteText(scratch.path)}`,
      'enable_progress_bar = false',
      'enable_external_access = false',
      'lock_configuration = true',
    ]) {
      await connection.run(`SET ${setting}`)
    }
    return new Duck(instance, connection)
  }

  /** Rows of one statement as plain JavaScript values. */
  async query(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJS()
  }

  /** Runs nothing. @returns the kind of the statement, 'SELECT', 'COPY', …; of several, just as many texts @throws Error where it is no SQL */
  async statements(sql: string): Promise<string[]> {
    const extracted = await this.connection.extractStatements(sql)
    if (extracted.count !== 1) return new Array<string>(extracted.count).fill('')
    const prepared = await extracted.prepare(0)
    const kind = StatementType[prepared.statementType]
    prepared.destroySync()
    return [kind]
  }

  /** For results with many rows: typed columns, some thousand rows at a time, without holding them all. */
  async *chunks(sql: string): AsyncGenerator<DuckDBDataChunk> {
    // A connection of its own: a second statement on one silently ends a stream that is still being read.
    const connection = await this.instance.connect()
    try {
      const result = await connection.stream(sql)
      for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) yield chunk
    } finally {
      connection.closeSync()
    }
  }

  close(): void {
    this.connection.closeSync()
    this.instance.closeSync()
  }
}

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
