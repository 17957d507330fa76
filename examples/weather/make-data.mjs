// Copies seattle-weather.csv from the npm package vega-datasets: node examples/weather/make-data.mjs
import { copyFileSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const entry = createRequire(import.meta.url).resolve('vega-datasets')
const source = join(entry.slice(0, entry.lastIndexOf('vega-datasets')), 'vega-datasets', 'data', 'seattle-weather.csv')
const target = join(dirname(fileURLToPath(import.meta.url)), 'seattle-weather.csv')
copyFileSync(source, target)
console.log(`${target}: ${readFileSync(target, 'utf8').trim().split('\n').length - 1} days`)
