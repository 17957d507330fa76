import { sendControl } from '../runs/controlClient'
import { stopRun } from '../runs/launch'
import { liveProcess } from '../runs/live'
import type { Arguments } from './arguments'
import { findRun } from './findRun'
import { print } from './output'
import { JsonReporter, TextReporter } from './reporter'
import { goOn } from './train'
import { CommandFailure } from './usage'

/** `mtl pause | resume | stop RUN`. @returns exit code */
export async function steer(command: 'pause' | 'resume' | 'stop', { positionals, json, runs }: Arguments): Promise<number> {
  const folder = findRun(positionals[0]!, runs)
  if (!liveProcess(folder)) {
    if (command === 'resume') return goOn(folder, json ? new JsonReporter() : new TextReporter(), json)
    throw new CommandFailure(`${folder.id} is not running`)
  }
  if (command === 'stop') await stopRun(folder)
  else {
    const { ok, error } = await sendControl(folder, { command })
    if (!ok) throw new CommandFailure(error ?? `${folder.id} could not ${command}`)
  }
  const done = { pause: 'paused', resume: 'resumed', stop: 'stopped' }[command]
  print(json ? JSON.stringify({ type: 'status', id: folder.id, status: done }) : `${folder.id} ${done}`)
  return 0
}
