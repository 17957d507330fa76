export interface MelSettings {
  readonly rate: number
  readonly mels: number
  readonly fft: number
  readonly hop: number
}

/** Below this power a band counts as silent: −100 dB. */
const silence = 1e-10

/**
 * Log-mel spectrograms, as librosa computes them by default (McFee et al. 2015, `feature.melspectrogram` and `power_to_db` with
 * ref 1 and no top_db): frames centred on every `hop` samples, zeros beyond the ends, periodic Hann window, power spectrum,
 * triangular bands of equal area on Slaney's mel scale.
 * @returns a function from samples to [1 + samples / hop, mels] in decibels
 */
export function logMel({ rate, mels, fft, hop }: MelSettings): (samples: Float32Array) => Float32Array {
  const window = Float64Array.from({ length: fft }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / fft))
  const bands = melBands(rate, mels, fft)
  const transform = fourier(fft)
  const [re, im] = [new Float64Array(fft), new Float64Array(fft)]
  const power = new Float64Array(fft / 2 + 1)
  return samples => {
    const frames = 1 + Math.floor(samples.length / hop)
    const out = new Float32Array(frames * mels)
    for (let frame = 0; frame < frames; frame++) {
      const start = frame * hop - fft / 2
      for (let i = 0; i < fft; i++) re[i] = (samples[start + i] ?? 0) * window[i]!
      im.fill(0)
      transform(re, im)
      for (let k = 0; k < power.length; k++) power[k] = re[k]! ** 2 + im[k]! ** 2
      bands.forEach(({ first, weights }, mel) => {
        let sum = 0
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * power[first + k]!
        out[frame * mels + mel] = 10 * Math.log10(Math.max(silence, sum))
      })
    }
    return out
  }
}

/** Slaney's mel scale (Auditory Toolbox, 1998): linear below 1 kHz, logarithmic above. */
const linear = 200 / 3
const knee = 1000
const step = Math.log(6.4) / 27
const toMel = (hertz: number) => (hertz < knee ? hertz / linear : knee / linear + Math.log(hertz / knee) / step)
const toHertz = (mel: number) => (mel < knee / linear ? mel * linear : knee * Math.exp(step * (mel - knee / linear)))

function melBands(rate: number, mels: number, fft: number): { first: number; weights: Float64Array }[] {
  const top = toMel(rate / 2)
  const edges = Array.from({ length: mels + 2 }, (_, i) => toHertz((top * i) / (mels + 1)))
  const bins = Array.from({ length: fft / 2 + 1 }, (_, k) => (k * rate) / fft)
  return Array.from({ length: mels }, (_, m) => {
    const [low, centre, high] = [edges[m]!, edges[m + 1]!, edges[m + 2]!]
    const weights = bins.map(f => (Math.max(0, Math.min((f - low) / (centre - low), (high - f) / (high - centre))) * 2) / (high - low))
    const first = weights.findIndex(w => w > 0)
    if (first < 0) return { first: 0, weights: new Float64Array(0) }
    return { first, weights: Float64Array.from(weights.slice(first, weights.findLastIndex(w => w > 0) + 1)) }
  })
}

/** In-place complex Fourier transform of a power-of-two length (Cooley & Tukey 1965). */
function fourier(n: number): (re: Float64Array, im: Float64Array) => void {
  const bits = Math.log2(n)
  const reversed = Uint32Array.from({ length: n }, (_, i) => {
    let r = 0
    for (let b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b)
    return r
  })
  const cosines = Float64Array.from({ length: n / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / n))
  const sines = Float64Array.from({ length: n / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / n))
  return (re, im) => {
    for (let i = 0; i < n; i++) {
      const j = reversed[i]!
      if (j <= i) continue
      ;[re[i], re[j]] = [re[j]!, re[i]!]
      ;[im[i], im[j]] = [im[j]!, im[i]!]
    }
    for (let size = 2; size <= n; size *= 2) {
      const [half, stride] = [size / 2, n / size]
      for (let start = 0; start < n; start += size) {
        for (let k = 0; k < half; k++) {
          const [a, b] = [start + k, start + k + half]
          const [c, s] = [cosines[k * stride]!, sines[k * stride]!]
          const [x, y] = [re[b]! * c - im[b]! * s, re[b]! * s + im[b]! * c]
          re[b] = re[a]! - x
          im[b] = im[a]! - y
          re[a]! += x
          im[a]! += y
        }
      }
    }
  }
}
