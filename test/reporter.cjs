// Mocha's reporter for test/run.mjs: dots on the terminal; counts, failures and skipped tests as JSON in the file named by
// MTL_TEST_RESULTS. The same one runs inside the extension host, where there is no terminal.
const { writeFileSync } = require('node:fs')

module.exports = class Reporter {
  constructor(runner) {
    const results = { passed: 0, failed: 0, skipped: [], failures: [] }
    runner.on('pass', () => {
      results.passed++
      process.stdout.write(results.passed % 100 === 0 ? '.\n' : '.')
    })
    runner.on('pending', test => {
      results.skipped.push(test.fullTitle())
      process.stdout.write('-')
    })
    runner.on('fail', (test, error) => {
      results.failed++
      results.failures.push({ title: test.fullTitle(), error: describe(error) })
      process.stdout.write('!')
    })
    runner.once('end', () => {
      process.stdout.write('\n')
      if (process.env.MTL_TEST_RESULTS) writeFileSync(process.env.MTL_TEST_RESULTS, JSON.stringify(results))
    })
  }
}

function describe(error) {
  const text = error?.stack ?? String(error)
  const compares = error !== null && typeof error === 'object' && 'actual' in error && 'expected' in error
  if (!compares || /^[+-] /m.test(text)) return text
  return `${text}\n  expected: ${JSON.stringify(error.expected)}\n  actual:   ${JSON.stringify(error.actual)}`
}
