// Compiled by AssemblyScript to dist/kernels.wasm. Pointers are byte offsets into the arena's memory, aligned to 16;
// n counts floats and is a multiple of 4 (parameters are padded with zeros).

/** 1 where every lane so far was finite: x·0 is 0 for finite x, NaN for infinities and NaN. */
// @ts-ignore: decorator
@inline
function finite(sum: v128): i32 {
  return <i32>(i32x4.bitmask(f32x4.eq(sum, f32x4.splat(0))) == 15)
}

/** Kingma & Ba 2015, algorithm 1. @returns 1 where all new weights are finite */
export function adam(
  w: usize, g: usize, m: usize, v: usize, n: i32,
  scale: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32, rate: f32, correction2: f32, epsilon: f32,
): i32 {
  const S = f32x4.splat(scale), B1 = f32x4.splat(beta1), R1 = f32x4.splat(rest1), B2 = f32x4.splat(beta2), R2 = f32x4.splat(rest2)
  const L = f32x4.splat(rate), C2 = f32x4.splat(correction2), E = f32x4.splat(epsilon), Z = f32x4.splat(0)
  let check = f32x4.splat(0)
  for (let i: usize = 0, end = (<usize>n) << 2; i < end; i += 16) {
    const G = f32x4.mul(S, v128.load(g + i))
    const M = f32x4.add(f32x4.mul(B1, v128.load(m + i)), f32x4.mul(R1, G))
    const V = f32x4.add(f32x4.mul(B2, v128.load(v + i)), f32x4.mul(R2, f32x4.mul(G, G)))
    v128.store(m + i, M)
    v128.store(v + i, V)
    const W = f32x4.sub(v128.load(w + i), f32x4.div(f32x4.mul(L, M), f32x4.add(f32x4.sqrt(f32x4.mul(V, C2)), E)))
    v128.store(w + i, W)
    check = f32x4.add(check, f32x4.mul(W, Z))
  }
  return finite(check)
}

export function sgd(w: usize, g: usize, n: i32, scale: f32, rate: f32): i32 {
  const R = f32x4.splat(rate * scale), Z = f32x4.splat(0)
  let check = f32x4.splat(0)
  for (let i: usize = 0, end = (<usize>n) << 2; i < end; i += 16) {
    const W = f32x4.sub(v128.load(w + i), f32x4.mul(R, v128.load(g + i)))
    v128.store(w + i, W)
    check = f32x4.add(check, f32x4.mul(W, Z))
  }
  return finite(check)
}

/** v ← momentum·v + g; w ← w − rate·v, as in PyTorch. */
export function momentum(w: usize, g: usize, v: usize, n: i32, scale: f32, rate: f32, momentum: f32): i32 {
  const S = f32x4.splat(scale), R = f32x4.splat(rate), M = f32x4.splat(momentum), Z = f32x4.splat(0)
  let check = f32x4.splat(0)
  for (let i: usize = 0, end = (<usize>n) << 2; i < end; i += 16) {
    const V = f32x4.add(f32x4.mul(M, v128.load(v + i)), f32x4.mul(S, v128.load(g + i)))
    v128.store(v + i, V)
    const W = f32x4.sub(v128.load(w + i), f32x4.mul(R, V))
    v128.store(w + i, W)
    check = f32x4.add(check, f32x4.mul(W, Z))
  }
  return finite(check)
}

/** v ← momentum·v + g; w ← w − rate·(g + momentum·v), as in PyTorch. */
export function nesterov(w: usize, g: usize, v: usize, n: i32, scale: f32, rate: f32, momentum: f32): i32 {
  const S = f32x4.splat(scale), R = f32x4.splat(rate), M = f32x4.splat(momentum), Z = f32x4.splat(0)
  let check = f32x4.splat(0)
  for (let i: usize = 0, end = (<usize>n) << 2; i < end; i += 16) {
    const G = f32x4.mul(S, v128.load(g + i))
    const V = f32x4.add(f32x4.mul(M, v128.load(v + i)), G)
    v128.store(v + i, V)
    const W = f32x4.sub(v128.load(w + i), f32x4.mul(R, f32x4.add(G, f32x4.mul(M, V))))
    v128.store(w + i, W)
    check = f32x4.add(check, f32x4.mul(W, Z))
  }
  return finite(check)
}

/** w ← factor·w */
export function shrink(w: usize, n: i32, factor: f32): void {
  const F = f32x4.splat(factor)
  for (let i: usize = 0, end = (<usize>n) << 2; i < end; i += 16) v128.store(w + i, f32x4.mul(F, v128.load(w + i)))
}

/** out ← out + factor·x */
export function addScaled(out: usize, x: usize, n: i32, factor: f32): void {
  const F = f32x4.splat(factor)
  for (let i: usize = 0, end = (<usize>n) << 2; i < end; i += 16) v128.store(out + i, f32x4.add(v128.load(out + i), f32x4.mul(F, v128.load(x + i))))
}

// @ts-ignore: decorator
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

// @ts-ignore: decorator
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 0, 1))
}

// @ts-ignore: decorator
@inline
function widened(x: v128): v128 {
  return f64x2.add(low(x), high(x))
}

// @ts-ignore: decorator
@inline
function add(place: usize, sum: v128): void {
  f64.store(place, f64.load(place) + f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
}

/** Bytes of which the products are added in float32, few to a lane, before the sum counts in float64. */
const run: usize = 128

/** Adds the inner products of two rows with themselves and each other. */
function dotWithin(a: usize, b: usize, bytes: usize, aa: usize, ba: usize, bb: usize): void {
  let saa = f64x2.splat(0), sba = f64x2.splat(0), sbb = f64x2.splat(0)
  for (let start: usize = 0; start < bytes; start += run) {
    let raa = f32x4.splat(0), rba = f32x4.splat(0), rbb = f32x4.splat(0)
    for (let i = start, end = min(bytes, start + run); i < end; i += 16) {
      const A = v128.load(a + i), B = v128.load(b + i)
      raa = f32x4.add(raa, f32x4.mul(A, A))
      rba = f32x4.add(rba, f32x4.mul(B, A))
      rbb = f32x4.add(rbb, f32x4.mul(B, B))
    }
    saa = f64x2.add(saa, widened(raa))
    sba = f64x2.add(sba, widened(rba))
    sbb = f64x2.add(sbb, widened(rbb))
  }
  add(aa, saa)
  add(ba, sba)
  add(bb, sbb)
}

/** Adds the inner products of two rows with two others. */
function dotAcross(a: usize, b: usize, c: usize, d: usize, bytes: usize, ac: usize, ad: usize, bc: usize, bd: usize): void {
  let sac = f64x2.splat(0), sad = f64x2.splat(0), sbc = f64x2.splat(0), sbd = f64x2.splat(0)
  for (let start: usize = 0; start < bytes; start += run) {
    let rac = f32x4.splat(0), rad = f32x4.splat(0), rbc = f32x4.splat(0), rbd = f32x4.splat(0)
    for (let i = start, end = min(bytes, start + run); i < end; i += 16) {
      const A = v128.load(a + i), B = v128.load(b + i), C = v128.load(c + i), D = v128.load(d + i)
      rac = f32x4.add(rac, f32x4.mul(A, C))
      rad = f32x4.add(rad, f32x4.mul(A, D))
      rbc = f32x4.add(rbc, f32x4.mul(B, C))
      rbd = f32x4.add(rbd, f32x4.mul(B, D))
    }
    sac = f64x2.add(sac, widened(rac))
    sad = f64x2.add(sad, widened(rad))
    sbc = f64x2.add(sbc, widened(rbc))
    sbd = f64x2.add(sbd, widened(rbd))
  }
  add(ac, sac)
  add(ad, sad)
  add(bc, sbc)
  add(bd, sbd)
}

/** Bytes of each row that are worked on at a time, so that all pairs of rows meet in the cache. */
const block: usize = 8192
/** An address in the kernels' own page, for products that nobody asked for. */
const nowhere: usize = 1024

// @ts-ignore: decorator
@inline
function place(out: usize, T: i32, i: i32, j: i32): usize {
  return out + ((<usize>(i * T + j)) << 3)
}

/** Squares of rows between which float32 holds the squares of their numbers, and a few of them added. */
const least: f64 = 1e-24, most: f64 = 1e36

function isZero(row: usize, bytes: usize): bool {
  for (let i: usize = 0; i < bytes; i += 16) if (v128.any_true(f32x4.ne(v128.load(row + i), f32x4.splat(0)))) return false
  return true
}

/** The inner product of two rows, every product in float64. */
function dot(a: usize, b: usize, bytes: usize): f64 {
  let sum = f64x2.splat(0)
  for (let i: usize = 0; i < bytes; i += 16) {
    const A = v128.load(a + i), B = v128.load(b + i)
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(low(A), low(B)), f64x2.mul(high(A), high(B))))
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/**
 * out (T×T float64, row-major) ← J Jᵀ of T rows of n floats, `stride` bytes apart. Rows are taken two by two, so that each
 * that is read serves several products. Rows whose squares float32 does not hold are multiplied anew, in float64.
 */
export function gram(rows: usize, stride: usize, T: i32, n: i32, out: usize): void {
  memory.fill(out, 0, (<usize>(T * T)) << 3)
  const end = (<usize>n) << 2
  for (let at: usize = 0; at < end; at += block) {
    const bytes = min(block, end - at)
    for (let i = 0; i < T; i += 2) {
      // An odd last row is its own partner.
      const single = i == T - 1
      const i2 = single ? i : i + 1
      const a = rows + <usize>i * stride + at, b = rows + <usize>i2 * stride + at
      dotWithin(a, b, bytes, place(out, T, i, i), single ? nowhere : place(out, T, i2, i), single ? nowhere : place(out, T, i2, i2))
      for (let j = 0; j < i; j += 2) {
        const c = rows + <usize>j * stride + at, d = c + stride
        const bc = single ? nowhere : place(out, T, i2, j), bd = single ? nowhere : place(out, T, i2, j + 1)
        dotAcross(a, b, c, d, bytes, place(out, T, i, j), place(out, T, i, j + 1), bc, bd)
      }
    }
  }
  for (let i = 0; i < T; i++) {
    const row = rows + <usize>i * stride
    const square = f64.load(place(out, T, i, i))
    if ((square > least && square < most) || isZero(row, end)) continue
    for (let j = 0; j < T; j++) f64.store(place(out, T, max(i, j), min(i, j)), dot(row, rows + <usize>j * stride, end))
  }
  for (let i = 0; i < T; i++) for (let j = 0; j < i; j++) f64.store(place(out, T, j, i), f64.load(place(out, T, i, j)))
}

/** out ← Σ weights[t]·row t; `weights` are T floats. */
export function combine(out: usize, rows: usize, stride: usize, weights: usize, T: i32, n: i32): void {
  for (let i: usize = 0, end = (<usize>n) << 2; i < end; i += 16) {
    let sum = f32x4.mul(v128.load32_splat(weights), v128.load(rows + i))
    for (let t = 1; t < T; t++) sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights + ((<usize>t) << 2)), v128.load(rows + <usize>t * stride + i)))
    v128.store(out + i, sum)
  }
}

/** out ← out + x */
export function accumulate(out: usize, x: usize, n: i32): void {
  for (let i: usize = 0, end = (<usize>n) << 2; i < end; i += 16) v128.store(out + i, f32x4.add(v128.load(out + i), v128.load(x + i)))
}

/** One round of the integer hash "lowbias32" (Wellons 2018). */
// @ts-ignore: decorator
@inline
function scramble(x: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16))
  x = i32x4.mul(x, i32x4.splat(0x7feb352d))
  x = v128.xor(x, i32x4.shr_u(x, 15))
  x = i32x4.mul(x, i32x4.splat(0x846ca68b))
  return v128.xor(x, i32x4.shr_u(x, 16))
}

/** A dropout mask: `scale` where the hash of (key, position) is at least `threshold`, else 0. Repeats for the same keys. */
export function dropout(out: usize, n: i32, key1: u32, key2: u32, threshold: u32, scale: f32): void {
  const K1 = i32x4.splat(key1), K2 = i32x4.splat(key2), T = i32x4.splat(threshold), S = f32x4.splat(scale), four = i32x4.splat(4)
  let position = i32x4(0, 1, 2, 3)
  for (let i: usize = 0, end = (<usize>n) << 2; i < end; i += 16) {
    const x = scramble(v128.xor(scramble(i32x4.add(position, K1)), K2))
    v128.store(out + i, v128.and(i32x4.ge_u(x, T), S))
    position = i32x4.add(position, four)
  }
}
