import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Duck, quoteName, quoteText } from '../../../src/data/duckdb'
import { Scratch } from '../../../src/data/scratch'
import { folderWith } from './folder'

describe('the locked database', () => {
  const home = folderWith({ 'in/a.csv': 'a\n1\n', 'out/b.csv': 'b\n2\n', 'in-beside/c.csv': 'c\n3\n' })
  let duck: Duck
  const scratch = new Scratch()
  before(async () => void (duck = await Duck.open({ folders: [join(home, 'in')] }, scratch)))
  after(() => {
    duck.close()
    scratch.close()
  })
  const csv = (path: string) => `SELECT * FROM read_csv(${quoteText(join(home, path))}, header = true)`

  it('reads below its folder and nowhere else', async () => {
    assert.deepEqual(await duck.query(csv('in/a.csv')), [{ a: 1n }])
    await assert.rejects(duck.query(csv('out/b.csv')), /Permission Error/)
    await assert.rejects(duck.query(csv('in/../out/b.csv')), /Permission Error/)
    await assert.rejects(duck.query(csv('in-beside/c.csv')), /Permission Error/)
    await assert.rejects(duck.query("SELECT * FROM read_text('/etc/passwd')"), /Permission Error/)
  })

  it('writes nothing outside, attaches and installs nothing, and its settings stay', async () => {
    await assert.rejects(duck.query(`COPY (SELECT 1) TO ${quoteText(join(home, 'out/new.csv'))}`), /Permission Error/)
    assert.equal(existsSync(join(home, 'out/new.csv')), false)
    await assert.rejects(duck.query(`ATTACH ${quoteText(join(home, 'out/x.db'))}`), /Permission Error/)
    await assert.rejects(duck.query('INSTALL httpfs'), /Permission Error|disabled/)
    await assert.rejects(duck.query("SELECT * FROM read_csv('https://example.com/a.csv')"), /Permission Error|httpfs/)
    await assert.rejects(duck.query('SET enable_external_access = true'), /locked/)
    await assert.rejects(duck.query("SET allowed_directories = ['/']"), /locked|Cannot change/)
  })

  it('quotes texts and names', async () => {
    const text = `it's "so"; DROP TABLE x; --`
    assert.deepEqual(await duck.query(`SELECT ${quoteText(text)} AS ${quoteName(text)}`), [{ [text]: text }])
  })

  it('gives large results in full, also while another statement runs', async () => {
    let sum = 0
    for await (const chunk of duck.chunks('SELECT i::DOUBLE FROM range(10000) t(i)')) {
      await duck.query('SELECT 1')
      const vector = chunk.getColumnVector(0)
      for (let i = 0; i < chunk.rowCount; i++) sum += vector.getItem(i) as number
    }
    assert.equal(sum, (9999 * 10000) / 2)
  })
})
