// Measures training steps against PyTorch's, what methods cost, memory, and what it costs to watch for conflict:
// npm run -s bench -- [steps] [costs] [memory] [sampling] [--json] [--workloads W1,W2] [--seconds 3] [--threads 2]
// Bundles the engine as the product does, then runs test/bench/main.ts.
import { build } from 'esbuild'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const outfile = join(root, 'dist', 'bench.cjs')
await build({
  absWorkingDir: root,
  entryPoints: ['test/bench/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['onnxruntime-node'],
  logLevel: 'warning',
})
const { main } = createRequire(import.meta.url)(outfile)
process.exitCode = await main(process.argv.slice(2), { peer: join(root, 'test', 'bench', 'torch_peer.py'), bundle: outfile })
