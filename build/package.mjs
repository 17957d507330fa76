// `npm run package [-- --target PLATFORM-ARCH] [-- --out FOLDER]`: one .vsix file for one platform, as the native libraries differ
// from one to the next.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createVSIX } from '@vscode/vsce'
import { build, root } from './build.mjs'
import { manifest, stage, thisPlatform } from './stage.mjs'

const packageName = target => `${manifest.name}-${target}-${manifest.version}.vsix`

/**
 * @param {{ target?: string, folder?: string }} [options] folder: where the file goes
 * @returns {Promise<string>} path of the file
 * @throws where the target's native libraries are not installed
 */
export async function packageExtension({ target = thisPlatform, folder = root } = {}) {
  await build()
  const scratch = mkdtempSync(join(tmpdir(), 'mtl-package-'))
  const packagePath = join(folder, packageName(target))
  try {
    const cwd = stage(join(scratch, 'extension'), { packages: 'copy', target })
    if (!hasEngine(cwd, target))
      console.log(`ONNX Runtime has no library for ${target}: this package trains with TensorFlow.js in WebAssembly.`)
    await createVSIX({ cwd, packagePath, target, allowMissingRepository: true, rewriteRelativeLinks: false })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return packagePath
}

function hasEngine(cwd, target) {
  const binaries = join(cwd, 'node_modules/onnxruntime-node/bin')
  return readdirSync(binaries).some(version => existsSync(join(binaries, version, target.replace('-', '/'), 'onnxruntime_binding.node')))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { target, out } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } }).values
  packageExtension({ target, folder: out }).catch(error => {
    console.error(error.message)
    process.exitCode = 1
  })
}
