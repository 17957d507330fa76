import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who holds something: enough to tell, later and from another process, whether it still lives. */
export interface ProcessMark {
  readonly pid: number
  readonly host: string
  readonly identity: string | null
}

export const ownMark = (): ProcessMark => ({ pid: process.pid, host: hostname(), identity: processIdentity(process.pid) })

/**
 * The boot and the clock tick in which a process began: a pid is given again, this is not.
 * @returns null on systems without /proc, or where there is no such process
 */
export function processIdentity(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Field 22; the second field, the program's name, may hold blanks and parentheses (proc(5)).
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${started}`
  } catch {
    return null
  }
}

export function pidExists(pid: number): boolean {
  if (isZombie(pid)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process exists, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A process that has ended but whose parent has not asked for its exit code yet. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat[stat.lastIndexOf(')') + 2] === 'Z'
  } catch {
    return false
  }
}

/** @returns null where that can't be known: another machine, or a pid that may have been given again */
export function isAlive(mark: ProcessMark): boolean | null {
  if (mark.host !== hostname()) return null
  if (!pidExists(mark.pid)) return false
  if (mark.identity === null) return null
  const identity = processIdentity(mark.pid)
  return identity === null ? null : identity === mark.identity
}
