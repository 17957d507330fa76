import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { zipSync } from 'fflate'
import { DataError } from '../../../src/data/dataset'

/** A folder of its own with the given files; removed when the suite that asked for it ends. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mtl-data-')))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  folders.push(folder)
  return folder
}

const folders: string[] = []
after(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** @returns the DataError that the work ends with, as plain data */
export async function problemOf(work: Promise<unknown>): Promise<{ code: string; message: string; place: DataError['place'] }> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    return { code: error.code, message: error.message, place: error.place }
  }
  throw new Error('the work did not fail')
}

/** A .npy file: `descr` as NumPy writes it, data as it stands in the file. */
export function npy(descr: string, shape: readonly number[], data: Uint8Array, { fortran = false, version = 1 } = {}): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }\n`
  const length = version === 1 ? [header.length & 255, header.length >> 8] : [header.length & 255, header.length >> 8, 0, 0]
  return Buffer.concat([Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length]), Buffer.from(header, 'latin1'), data])
}

export const npzOf = (arrays: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])))
