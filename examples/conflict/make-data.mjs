// Writes correlation.csv and scales.csv: node examples/conflict/make-data.mjs
//
// correlation.csv: the recipe of Ma et al. 2018 (Modeling Task Relationships in Multi-task Learning with Multi-gate Mixture-of-Experts,
// section 3.2). u₁ and u₂ are orthonormal, w₁ = c·u₁, w₂ = c·(p·u₁ + √(1−p²)·u₂), and either label is
// y = w·x + Σᵢ sin(αᵢ·w·x + βᵢ) + N(0, 0.01) of a standard normal x: p is the correlation of the two tasks. The first task is the
// same for every p; the second one has a column for each.
//
// scales.csv: the toy problem of Chen et al. 2018 (GradNorm, section 4), y = σᵢ·tanh((B + εᵢ)·x): tasks that are alike but for a
// small ε of their own and for their scale σ.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const rows = 1500
const inputs = 10
const folder = dirname(fileURLToPath(import.meta.url))

/** mulberry32 (Tommy Ettinger): uniform in [0, 1). */
function generator(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Standard normal (Box & Muller 1958). */
function normals(seed) {
  const uniform = generator(seed)
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0)
const vector = normal => Array.from({ length: inputs }, normal)

function write(name, table) {
  const heads = Object.keys(table[0])
  const lines = [heads, ...table.map(row => heads.map(head => row[head].toFixed(4)))]
  writeFileSync(join(folder, name), lines.map(line => line.join(',') + '\n').join(''))
  console.log(`${name}: ${table.length} rows`)
}

const columns = x => Object.fromEntries(x.map((value, i) => [`x${i}`, value]))

function correlation() {
  const normal = normals(2018)
  const u1 = unit(vector(normal))
  const other = vector(normal)
  const u2 = unit(other.map((value, i) => value - dot(other, u1) * u1[i]))
  const [c, alpha, beta] = [1, [1, 2], [0, 1]]
  const label = z => z + alpha.reduce((sum, a, i) => sum + Math.sin(a * z + beta[i]), 0) + 0.1 * normal()
  /** Column of the second task → its correlation p with the first. */
  const partners = { b_same: 1, b_half: 0.5, b_none: 0, b_minus_half: -0.5 }
  return Array.from({ length: rows }, () => {
    const x = vector(normal)
    const [z1, z2] = [dot(u1, x), dot(u2, x)]
    const second = Object.entries(partners).map(([name, p]) => [name, label(c * (p * z1 + Math.sqrt(1 - p * p) * z2))])
    return { ...columns(x), a: label(c * z1), ...Object.fromEntries(second) }
  })
}

function unit(v) {
  const length = Math.sqrt(dot(v, v))
  return v.map(value => value / length)
}

function scales() {
  const normal = normals(2018)
  const sigma = { small: 1, large: 10 }
  const B = vector(normal)
  const weights = Object.entries(sigma).map(([name, scale]) => [name, scale, B.map(value => value + 0.5 * normal())])
  return Array.from({ length: rows }, () => {
    const x = vector(normal)
    return { ...columns(x), ...Object.fromEntries(weights.map(([name, scale, w]) => [name, scale * Math.tanh(dot(w, x))])) }
  })
}

write('correlation.csv', correlation())
write('scales.csv', scales())
