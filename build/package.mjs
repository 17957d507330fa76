// `npm run package`: one .vsix file for this platform, as the native packages' binaries differ from one to the next.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVSIX } from '@vscode/vsce'
import { build, root } from './build.mjs'
import { extensionFolder, stage } from './stage.mjs'

await build()
const target = `${process.platform}-${process.arch}`
const scratch = mkdtempSync(join(tmpdir(), 'mtl-package-'))
const packagePath = join(root, `${extensionFolder}-${target}.vsix`)
try {
  const cwd = stage(join(scratch, 'extension'), { packages: 'copy' })
  await createVSIX({ cwd, packagePath, target, allowMissingRepository: true, rewriteRelativeLinks: false })
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
