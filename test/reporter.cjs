// Mocha's reporter for test/run.mjs: dots on the terminal; every test with its file, its outcome and its time as JSON in the file
// named by MTL_TEST_RESULTS. The same one runs inside the extension host, where there is no terminal.
const { writeFileSync } = require('node:fs')

module.exports = class Reporter {
  constructor(runner) {
    const tests = []
    const tell = (test, state, mark, error) => {
      // A hook is of no file itself, its suite is.
      const file = test.file ?? test.parent?.file ?? null
      tests.push({ title: test.fullTitle(), file, state, milliseconds: test.duration ?? null, ...(error && { error: describe(error) }) })
      process.stdout.write(tests.length % 100 === 0 ? `${mark}\n` : mark)
    }
    runner.on('pass', test => tell(test, 'passed', '.'))
    runner.on('pending', test => tell(test, 'skipped', '-'))
    runner.on('fail', (test, error) => tell(test, 'failed', '!', error))
    runner.on('retry', (test, error) => process.stdout.write(`\ntried again: ${test.fullTitle()}: ${describe(error)}\n`))
    runner.once('end', () => {
      process.stdout.write('\n')
      if (process.env.MTL_TEST_RESULTS) writeFileSync(process.env.MTL_TEST_RESULTS, JSON.stringify(tests))
    })
  }
}

function describe(error) {
  const text = error?.stack ?? String(error)
  const compares = error !== null && typeof error === 'object' && 'actual' in error && 'expected' in error
  if (!compares || /^[+-] /m.test(text)) return text
  return `${text}\n  expected: ${JSON.stringify(error.expected)}\n  actual:   ${JSON.stringify(error.actual)}`
}
