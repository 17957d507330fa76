// Random programs in which every call must be marked to the character: npm run -s fuzz:spans -- [--calls 20000] [--seed 1]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Random } from '../../src/base/random'
import { Evaluator } from '../../src/language/evaluator'
import { fuzzSpans } from '../unit/language/programs'

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { calls: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } } })
  const [wanted, seed] = [Number(values.calls), Number(values.seed)]
  if (!(wanted > 0) || !Number.isInteger(seed)) {
    console.error('--calls is a number above 0, --seed a whole number')
    return 2
  }
  const root = mkdtempSync(join(tmpdir(), 'mtl-fuzz-'))
  try {
    const evaluator = new Evaluator(resolve('dist'))
    const file = 'm.mtl.ts'
    const { programs, calls, wrong } = await fuzzSpans(Random.seeded(seed, 'programs'), wanted, text =>
      evaluator.evaluate({ file, root, overlay: { [file]: text }, profiles: {} }, { deadline: 10_000 }),
    )
    for (const { what, text } of wrong.slice(0, 5)) console.error(`${what}\n${text}\n`)
    console.log(JSON.stringify({ seed, programs, calls, wrong: wrong.length }))
    return wrong.length > 0 ? 1 : 0
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

void main().then(code => (process.exitCode = code))
