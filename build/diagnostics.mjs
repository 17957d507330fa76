// Writes docs/diagnostics.md from the table of codes: `node build/diagnostics.mjs`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import * as esbuild from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { outputFiles } = await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['src/language/diagnosticsDocument.ts'],
  bundle: true,
  write: false,
  outdir: 'docs',
  platform: 'node',
  format: 'cjs',
})
const module = { exports: /** @type {any} */ ({}) }
runInNewContext(outputFiles[0].text, { module, exports: module.exports })
mkdirSync(join(root, 'docs'), { recursive: true })
writeFileSync(join(root, 'docs', 'diagnostics.md'), module.exports.diagnosticsDocument())
