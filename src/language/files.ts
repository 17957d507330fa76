import { readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'

/** What can be read in well under a second; 5,000 layers written out are 150,000 characters. */
const maximumLength = 1_000_000
const maximumBytes = 4 * maximumLength

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
    if (text.length > maximumLength) throw tooLong(file)
    return text
  }

  private readFromDisk(file: string): string {
    const path = realPath(join(this.root, file))
    if (path === undefined) throw new FileProblem('mtl/import-not-found', `there is no file '${file}'`)
    if (path !== this.realRoot && !path.startsWith(this.realRoot + sep))
      throw new FileProblem('mtl/import-outside', `'${file}' is a link to a file outside the workspace`)
    const found = statSync(path)
    if (found.isDirectory()) throw new FileProblem('mtl/import-not-found', `'${file}' is a folder`)
    // Reading a pipe or a device may wait for ever.
    if (!found.isFile()) throw new FileProblem('mtl/import-unreadable', `'${file}' is not a regular file`)
    if (found.size > maximumBytes) throw tooLong(file)
    try {
      return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
    } catch (error) {
      throw new FileProblem('mtl/import-unreadable', `'${file}' can’t be read: ${(error as Error).message}`)
    }
  }
}

const tooLong = (file: string) => new FileProblem('mtl/import-unreadable', `'${file}' is longer than 1 million characters`)

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
