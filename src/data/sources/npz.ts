import type { NamedArray, SourceDefinition } from '../source'
import { parseNpy } from './npy'

export const npz: SourceDefinition = {
  kind: 'npz',
  doc: 'Arrays in a NumPy .npz file (`numpy.savez_compressed`); the first axis counts the rows. Use them with input(name, shape, { from }) and .label(name).',
  example: "npz('multi-fashion.npz', { split: { train: 0.8, validation: 0.1, test: 0.1, seed: 7 } })",
  options: {},
  form: 'arrays',

  async arrays(file) {
    const bytes = await file.bytes()
    let members: Readonly<Record<string, Uint8Array>>
    try {
      members = file.unzip(bytes)
    } catch (error) {
      throw file.fail(` is no .npz file (a zip archive of .npy arrays): ${(error as Error).message}`)
    }
    const arrays = Object.entries(members).map(([member, bytes]): NamedArray => {
      const name = member.replace(/\.npy$/, '')
      try {
        return { name, ...parseNpy(bytes) }
      } catch (error) {
        throw file.fail(`, array '${name}': ${(error as Error).message}`, { column: name })
      }
    })
    if (arrays.length === 0) throw file.fail(' holds no arrays')
    const [first] = arrays
    for (const { name, shape } of arrays) {
      if (shape.length === 0)
        throw file.fail(`, array '${name}': it is a single value; the first axis must count the rows`, { column: name })
      if (shape[0] !== first!.shape[0]) {
        throw file.fail(
          `: array '${name}' has ${shape[0]} rows but '${first!.name}' has ${first!.shape[0]}; the first axis must count the rows`,
          { column: name },
        )
      }
    }
    if (first!.shape[0] === 0) throw file.fail(' holds arrays without rows')
    return arrays
  },
}
