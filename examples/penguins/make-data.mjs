// Writes penguins.csv from the npm package vega-datasets: node examples/penguins/make-data.mjs
// Only the names of the columns change (to the snake_case of the original palmerpenguins package); a value that is
// not there is written as NA, and one sex stays ".", as in the source.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const names = {
  Species: 'species',
  Island: 'island',
  'Beak Length (mm)': 'bill_length_mm',
  'Beak Depth (mm)': 'bill_depth_mm',
  'Flipper Length (mm)': 'flipper_length_mm',
  'Body Mass (g)': 'body_mass_g',
  Sex: 'sex',
}

const entry = createRequire(import.meta.url).resolve('vega-datasets')
const source = join(entry.slice(0, entry.lastIndexOf('vega-datasets')), 'vega-datasets', 'data', 'penguins.json')
const penguins = JSON.parse(readFileSync(source, 'utf8'))
const lines = penguins.map(penguin => Object.keys(names).map(name => penguin[name] ?? 'NA'))
const target = join(dirname(fileURLToPath(import.meta.url)), 'penguins.csv')
writeFileSync(target, [Object.values(names), ...lines].map(line => line.join(',') + '\n').join(''))
console.log(`${target}: ${lines.length} penguins`)
