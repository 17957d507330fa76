// TensorFlow.js with its WebAssembly backend, bundled to dist/tensorflow.js: a file of its own, for it is needed only where
// the second engine computes without TensorFlow's native library.
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'

/**
 * @param folder where tfjs-backend-wasm-simd.wasm lies
 * @throws where WebAssembly with SIMD is missing
 */
export async function openWebAssembly(folder: string): Promise<typeof tf> {
  setWasmPaths(folder.endsWith('/') ? folder : `${folder}/`)
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend of TensorFlow.js could not be started')
  await tf.ready()
  return tf
}
