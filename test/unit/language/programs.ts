import type { Random } from '../../../src/base/random'
import type { EvaluationResult } from '../../../src/language/evaluation'

export interface FuzzResult {
  readonly programs: number
  /** Calls of layers whose span was looked at. */
  readonly calls: number
  /** Programs with a span that is not the call's, or that did not evaluate as written. */
  readonly wrong: readonly { readonly text: string; readonly what: string }[]
}

/** Evaluates random programs until so many calls were seen; every call must be marked to the character. */
export async function fuzzSpans(
  random: Random,
  wanted: number,
  evaluate: (text: string) => Promise<EvaluationResult>,
): Promise<FuzzResult> {
  const wrong: { text: string; what: string }[] = []
  let [programs, calls] = [0, 0]
  while (calls < wanted) {
    const { text, expected } = randomProgram(random)
    const { graph, diagnostics } = await evaluate(text)
    programs++
    const found = (graph?.nodes ?? []).filter(node => node.kind === 'input' && node.name !== 'last')
    calls += expected.size
    if (found.length !== expected.size) {
      wrong.push({ text, what: `${found.length} calls instead of ${expected.size}; ${diagnostics.map(d => d.message).join('; ')}` })
      continue
    }
    for (const { name, span } of found) {
      const marked = span ? text.slice(span.start, span.end) : '(nowhere)'
      if (marked !== expected.get(name)) wrong.push({ text, what: `${name} is marked at «${marked}»` })
    }
  }
  return { programs, calls, wrong }
}

/** Calls in all kinds of surroundings, each with its own name and its own layout. */
export function randomProgram(random: Random): { text: string; expected: Map<string, string> } {
  const expected = new Map<string, string>()
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!
  const space = () => pick(['', '', ' ', '\n  ', ' /* 😀 ( */ ', '\r\n\t', ' // (\n'])
  const call = (): string => {
    const name = `n${expected.size}${pick(['', '😀', 'é'])}`
    const callee = pick(['input', 'input', '(input)', 'input!', '(input as any)', 'lib.make'])
    const text = `${callee}${space()}(${space()}'${name}'${space()}, [3${pick(['', ' as number', ', 2'])}]${pick(['', ',', ', {}'])}${space()})`
    expected.set(name, text)
    return text
  }
  const expression = (depth: number): string => {
    if (depth === 0) return call()
    const inner = () => expression(depth - 1)
    return pick([
      () => `(${space()}${inner()}${space()})`,
      () => `[${inner()},${space()}${inner()}][1]`,
      () => `({ a: ${inner()}, ['b']: 1 }).a`,
      () => `(() => ${inner()})()`,
      () => `(function (this: any, q?: number): Tensor { return ${inner()} })()`,
      () => `(true ? ${inner()} : 0 as never)`,
      () => `(0, ${inner()})`,
      () => `(${inner()} as Tensor)`,
      () => `${inner()}!`,
      () => `(\`\${typeof ${inner()}}\`, ${inner()})`,
      () => `((x: unknown): unknown => { return x })(${inner()})`,
      () => `id<Tensor>(${inner()})`,
    ])()
  }
  const statement = (n: number): string =>
    pick([
      () => `const v${n}${pick(['', ': any'])} =${space()}${expression(2)}`,
      () => `let w${n}; w${n} = ${expression(1)};`,
      () => `if (true) { ${expression(1)} } else { 0 }`,
      () => `for (const q of [1]) ${expression(1)}`,
      () => `switch (1) { case 1: ${expression(1)} }`,
      () => `try { ${expression(1)} } catch {}`,
      () => `class C${n} { static f = ${expression(1)}; m(): void {} }`,
      () => `type T${n} = { a: '😀' }; ${expression(1)}`,
      () =>
        `function f${n}(): unknown { ${pick([(e: string) => `return ${e}`, (e: string) => `return (0, ${e})`, (e: string) => `return (${e})`])(expression(1))} }; f${n}()`,
    ])()
  const body = Array.from({ length: 6 }, (_, n) => `;${statement(n)}`).join(pick(['\n', '\r\n', ' ; ']))
  const text = `import { classification, input, model, type Tensor } from 'mtl'
const lib = { make: input }, id = <T>(x: T): T => x
${body}
export default model({ tasks: { a: classification(2, input('last', [3])) } })
`
  return { text, expected }
}
