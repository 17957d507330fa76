import { constants, promises as fs } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { nearest } from '../base/nearest'
import { DataError } from './dataset'

/**
 * Where a data file named by a model lies. Everything that would lead out of the workspace is refused.
 * @param path as written, relative to `folder`
 * @param folder absolute path of the folder of the model file
 * @param root absolute path of the folder that data may not leave, links included
 * @returns absolute path with links resolved
 * @throws DataError
 */
export async function locate(path: string, folder: string, root: string, source?: number): Promise<string> {
  const fail = (code: string, message: string) => new DataError(code, message, { file: path, source })
  const real = await resolve(path, folder, root, source)
  const stat = await fs.stat(real)
  if (stat.isDirectory()) throw fail('mtl/data-unreadable', `${path} is a folder: name a file`)
  if (!stat.isFile()) throw fail('mtl/data-unreadable', `${path} is not a plain file`)
  await fs.access(real, constants.R_OK).catch(() => {
    throw fail('mtl/data-unreadable', `${path} may not be read (permission denied)`)
  })
  if (stat.size === 0) throw fail('mtl/data-unreadable', `${path} is empty`)
  return real
}

/** As `locate`, for a folder. @returns null where a file lies there */
export async function locateFolder(path: string, folder: string, root: string, source?: number): Promise<string | null> {
  const real = await resolve(path, folder, root, source)
  return (await fs.stat(real)).isDirectory() ? real : null
}

async function resolve(path: string, folder: string, root: string, source?: number): Promise<string> {
  const fail = (code: string, message: string) => new DataError(code, message, { file: path, source })
  if (/^[a-z][a-z0-9+.-]+:/i.test(path) && !isAbsolute(path)) {
    throw fail('mtl/data-path', `'${path}' is a URL: data is read from files inside the workspace only`)
  }
  if (/[*?[\]{}]/.test(path)) throw fail('mtl/data-path', `'${path}' holds a pattern: name one file`)
  if (path.trim() === '' || path.includes('\0')) throw fail('mtl/data-path', 'the path of the data file is empty')
  if (isAbsolute(path)) throw fail('mtl/data-path', `'${path}' is an absolute path: write it relative to the model file`)

  const wanted = join(folder, path)
  const home = await fs.realpath(root)
  if (!inside(wanted, root) && !inside(wanted, home)) throw fail('mtl/data-path', `'${path}' lies outside the workspace folder`)
  const real = await fs.realpath(wanted).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES') throw fail('mtl/data-unreadable', `${path} may not be read (permission denied)`)
    const isLink = await fs.lstat(wanted).then(
      stat => stat.isSymbolicLink(),
      () => false,
    )
    if (isLink) throw fail('mtl/data-unreadable', `${path} is a link that leads nowhere`)
    throw fail('mtl/data-unreadable', `there is no file ${path}${await similar(path, folder)}`)
  })
  if (!inside(real, home)) throw fail('mtl/data-path', `'${path}' is a link to a place outside the workspace folder`)
  return real
}

function inside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith('..' + sep) && !isAbsolute(way)
}

async function similar(path: string, folder: string): Promise<string> {
  const cut = path.lastIndexOf('/') + 1
  const names = await fs.readdir(join(folder, path.slice(0, cut))).catch(() => [] as string[])
  const name = nearest(path.slice(cut), names)
  return name === undefined ? '' : `; did you mean '${path.slice(0, cut)}${name}'?`
}
