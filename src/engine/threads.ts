import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

/**
 * Physical cores this process may use. Two threads on one core slow matrix products down, so hyperthreads don't count.
 * Linux says which threads share a core; elsewhere x64 is taken to have two threads per core and arm64 one.
 */
export function physicalCores(): number {
  const available = availableParallelism()
  return Math.max(
    1,
    Math.min(
      available,
      process.platform === 'linux' ? linuxCores(available) : process.arch === 'x64' ? Math.ceil(available / 2) : available,
    ),
  )
}

function linuxCores(fallback: number): number {
  try {
    const cores = cpus().map((_, i) => readFileSync(`/sys/devices/system/cpu/cpu${i}/topology/thread_siblings_list`, 'utf8').trim())
    return new Set(cores).size || fallback
  } catch {
    return fallback
  }
}
