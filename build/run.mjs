// Runs a program of dist/, built quietly first where it must be: `node build/run.mjs cli check FILE`.
// Nothing of its own goes to stdout, which belongs to the program. Paths are relative to where the user stands.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build, dist } from './build.mjs'

const [program, ...args] = process.argv.slice(2)
await build()
const child = spawn(process.execPath, [join(dist, `${program}.js`), ...args], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? process.cwd(),
})
// The terminal sends Ctrl-C to both; the program decides what it means. A signal to this process alone is handed on.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
}
child.on('error', error => {
  console.error(error.message)
  process.exitCode = 1
})
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
})
