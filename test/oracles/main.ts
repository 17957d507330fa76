import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { methodOf } from '../../src/methods/table'
import { checkFile } from './runner'

/** npm run -s oracles -- FILE…: compares every record with the modules that the trainer calls. @returns the exit code */
export function main(files: readonly string[], folder: string): number {
  if (files.length === 0) {
    console.error('Usage: npm run -s oracles -- FILE…')
    return 2
  }
  let [passed, failed] = [0, 0]
  const fail = (text: string) => {
    failed++
    console.log(`✗ ${text}`)
  }
  for (const file of files) {
    let content: unknown
    try {
      content = JSON.parse(readFileSync(resolve(folder, file), 'utf8'))
    } catch (error) {
      fail(`${file}: ${error instanceof Error ? error.message : String(error)}`)
      continue
    }
    for (const { name, problem } of checkFile(content, methodOf)) {
      if (problem === undefined) passed++
      else fail(`${file}: ${name}: ${problem}`)
    }
  }
  console.log(`${passed} passed, ${failed} failed`)
  return failed > 0 ? 1 : 0
}
