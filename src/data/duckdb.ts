import { freemem, totalmem } from 'node:os'
import { sep } from 'node:path'
import { DuckDBInstance, type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api'

/**
 * One locked in-memory database. DuckDB by itself writes files, reads any path and loads extensions; this one reads below
 * the given folders and nothing else, and its settings can't be changed any more.
 */
export class Duck {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  /** @param folders absolute, links resolved */
  static async open(folders: readonly string[], threads = 2): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const memory = Math.round(Math.min(totalmem() / 2, Math.max(freemem() * 0.8, 256 * 2 ** 20)) / 2 ** 20)
    for (const setting of [
      `allowed_directories = [${folders.map(folder => quoteText(folder.endsWith(sep) ? folder : folder + sep)).join(', ')}]`,
      'autoinstall_known_extensions = false',
      'autoload_known_extensions = false',
      'allow_community_extensions = false',
      `memory_limit = '${memory}MiB'`,
      `threads = ${threads}`,
      "temp_directory = ''",
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

  /** For results with many rows: typed columns, some thousand rows at a time. */
  async *chunks(sql: string): AsyncGenerator<DuckDBDataChunk> {
    // Not `stream`: a second statement on the connection would silently end a stream that is still being read.
    const result = await this.connection.run(sql)
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) yield chunk
  }

  close(): void {
    this.connection.closeSync()
    this.instance.closeSync()
  }
}

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
