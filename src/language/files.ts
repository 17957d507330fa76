import { readFileSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'

const maximumLength = 2_000_000

export class FileProblem extends Error {
  constructor(
    readonly code: 'mtl/import-not-found' | 'mtl/import-outside' | 'mtl/import-unreadable',
    message: string,
  ) {
    super(message)
  }
}

/** The files that a model may be made of: open editors first, then the disk below `root`. Never leaves `root`, not by links either. */
export class WorkspaceFiles {
  private readonly realRoot: string

  constructor(
    readonly root: string,
    private readonly overlay: Readonly<Record<string, string>>,
  ) {
    this.realRoot = realPath(root) ?? root
  }

  /** @throws FileProblem */
  read(file: string): string {
    const text = Object.hasOwn(this.overlay, file) ? this.overlay[file]! : this.readFromDisk(file)
    if (text.length > maximumLength) throw new FileProblem('mtl/import-unreadable', `'${file}' is longer than 2 million characters`)
    return text
  }

  private readFromDisk(file: string): string {
    const path = realPath(join(this.root, file))
    if (path === undefined) throw new FileProblem('mtl/import-not-found', `there is no file '${file}'`)
    if (path !== this.realRoot && !path.startsWith(this.realRoot + sep))
      throw new FileProblem('mtl/import-outside', `'${file}' is a link to a file outside the workspace`)
    try {
      return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'EISDIR'
      throw new FileProblem(
        missing ? 'mtl/import-not-found' : 'mtl/import-unreadable',
        missing ? `'${file}' is a folder` : `'${file}' can’t be read: ${(error as Error).message}`,
      )
    }
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
