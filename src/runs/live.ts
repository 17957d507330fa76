import { readFileSync } from 'node:fs'
import type { ControlFile } from './control'
import type { RunFolder } from './folder'
import { isAlive } from './process'

export const heartbeatMilliseconds = 2_000
export const heartbeatLimit = 15_000

/** @returns `control.json`, or null where there is none */
export function readControl(folder: RunFolder): ControlFile | null {
  try {
    return JSON.parse(readFileSync(folder.control, 'utf8')) as ControlFile
  } catch {
    return null
  }
}

/** The process that trains the run now; null where no process does. */
export function liveProcess(folder: RunFolder, now = Date.now()): ControlFile | null {
  const control = readControl(folder)
  if (control === null) return null
  return (isAlive(control) ?? Math.abs(now - control.heartbeat) < heartbeatLimit) ? control : null
}
