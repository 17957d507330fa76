import assert from 'node:assert/strict'
import { LanguageHost, Superseded } from '../../../src/language/host'
import { at, dist, emptyRoot, file } from './evaluate'
import { penguins } from './penguins'

describe('the language host', () => {
  let host: LanguageHost
  const request = (text: string, name = file) => ({ file: name, root: emptyRoot(), overlay: { [name]: text }, profiles: {} })
  const model = (width: number) =>
    `import { classification, dense, input, model } from 'mtl'\nexport default model({ tasks: { a: classification(${width}, input('x', [8])) } })`
  const endless = "import { input } from 'mtl'\ninput('x', [1])\nwhile (true) { }"
  const blocking = "import { input } from 'mtl'\ninput('x', [1])\nconst a: unknown[] = []\na.length = 4e9\na.sort()"

  beforeEach(() => (host = new LanguageHost({ dist, deadline: 30_000, watchdog: 60_000 })))
  afterEach(() => host.dispose())

  const isSuperseded = (error: unknown) => error instanceof Superseded

  it('evaluates', async () => {
    const { graph, diagnostics } = await host.evaluate(request(penguins))
    assert.deepEqual([diagnostics, graph!.nodes.length], [[], 8])
  })

  it('lets the newest request for a file win', async () => {
    const older = Array.from({ length: 5 }, (_, i) => assert.rejects(host.evaluate(request(model(i + 2))), isSuperseded))
    const newest = host.evaluate(request(model(9)))
    await Promise.all(older)
    assert.deepEqual((await newest).graph!.nodes.at(-1)!.shape, [9])
  })

  it('cancels one that runs for ever at once', async () => {
    host.dispose()
    // Far beyond the test's own limit: nothing but the newer request ends it.
    host = new LanguageHost({ dist, deadline: 1e9, watchdog: 1e9 })
    await host.evaluate(request(model(3)))
    const older = assert.rejects(host.evaluate(request(endless)), isSuperseded)
    await new Promise(resolve => setTimeout(resolve, 200))
    const { graph } = await host.evaluate(request(model(4)))
    await older
    assert.ok(graph)
  })

  it('keeps requests for different files apart', async () => {
    const results = await Promise.all([
      host.evaluate(request(model(3), 'a.mtl.ts')),
      host.evaluate(request(model(4), 'b.mtl.ts')),
      host.evaluate(request(model(5), 'c.mtl.ts')),
    ])
    assert.deepEqual(
      results.map(({ graph }) => [graph!.file, graph!.nodes.at(-1)!.shape]),
      [
        ['a.mtl.ts', [3]],
        ['b.mtl.ts', [4]],
        ['c.mtl.ts', [5]],
      ],
    )
  })

  it('kills a worker that does not look at the clock, says where, and goes on', async () => {
    host.dispose()
    host = new LanguageHost({ dist, deadline: 1000, watchdog: 2000 })
    await host.evaluate(request(model(3)))
    const { diagnostics } = await host.evaluate(request(blocking))
    assert.deepEqual(
      diagnostics.map(d => [d.code, at(blocking, d.span)]),
      [['mtl/time-limit', 'a.sort()']],
    )
    assert.deepEqual((await host.evaluate(request(model(4)))).graph!.nodes.at(-1)!.shape, [4])
  })

  it('gives no answer after it was disposed', async () => {
    const open = assert.rejects(host.evaluate(request(model(3))), isSuperseded)
    host.dispose()
    await open
    await assert.rejects(host.evaluate(request(model(3))), isSuperseded)
  })

  it('takes about this long', async () => {
    const layers = (n: number) =>
      `import { classification, dense, input, model } from 'mtl'\nconst h0 = input('x', [64])\n${Array.from({ length: n }, (_, i) => `const h${i + 1} = dense(${32 + (i % 64)}, { activation: 'relu' })(h${i}) // layer ${i}`).join('\n')}\nexport default model({ tasks: { a: classification(10, h${n}) } })`
    const lines: string[] = []
    for (const n of [12, 100, 500]) {
      const times: number[] = []
      for (let i = 0; i < 8; i++) {
        const started = performance.now()
        const { graph } = await host.evaluate(request(layers(n)))
        times.push(performance.now() - started)
        assert.equal(graph!.nodes.length, n + 2)
      }
      const sorted = times.slice(2).sort((a, b) => a - b)
      lines.push(`${n} layers: ${sorted[Math.floor(sorted.length / 2)]!.toFixed(0)} ms warm, ${times[0]!.toFixed(0)} ms at first`)
    }
    console.log(`      ${lines.join('; ')}`)
  })
})
