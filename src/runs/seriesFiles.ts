import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunError, RunFolder } from './folder'

/** A file of a series of runs: its manifest or its result. @returns null where it can't be read */
export function readSeriesFile<T>(folder: RunFolder, name: string): T | null {
  try {
    return JSON.parse(readFileSync(join(folder.path, name), 'utf8')) as T
  } catch {
    return null
  }
}

/** @param kind such as 'comparison' @throws RunError where the folder holds no such series, or one of a later version */
export function readSeriesManifest<T extends { readonly format: 1 }>(folder: RunFolder, name: string, kind: string): T {
  const manifest = readSeriesFile<T>(folder, name)
  if (!manifest) throw new RunError(`${folder.path} is not a ${kind}: it has no readable ${name}`)
  if ((manifest.format as number) !== 1)
    throw new RunError(`${folder.path} has format ${String(manifest.format)}, which this version does not know; it reads format 1`)
  return manifest
}

/** @returns null while there is none */
export function readSeriesResult<T extends { readonly format: 1 }>(folder: RunFolder, name: string): T | null {
  const result = readSeriesFile<T>(folder, name)
  return result?.format === 1 ? result : null
}

/** Folders in `runs` that hold a manifest of this name, newest first. */
export function seriesFolders(runs: string, manifest: string): RunFolder[] {
  let names: string[]
  try {
    names = readdirSync(runs)
  } catch {
    return []
  }
  const there = names.filter(name => existsSync(join(runs, name, manifest)))
  return there.sort((a, b) => (a < b ? 1 : -1)).map(name => new RunFolder(join(runs, name)))
}
