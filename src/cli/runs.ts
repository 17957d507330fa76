import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defaultRunsFolder, runFolders } from '../runs/folder'
import { RunSummaries } from '../runs/summaries'
import type { RunSummary } from '../runs/summary'
import type { Arguments } from './arguments'
import { runsHere } from './findRun'
import { duration, print, printError, printJson, shortNumber, shortPath, table } from './output'
import { CommandFailure } from './usage'

/** `mtl runs [DIR]`. @returns exit code */
export async function listRuns({ positionals, json }: Arguments): Promise<number> {
  const folder = positionals[0] === undefined ? runsHere() : runsIn(resolve(positionals[0]))
  const runs = new RunSummaries(folder)
  const summaries = await runs.list()
  if (json) for (const summary of summaries) printJson({ type: 'run', ...summary })
  else tell(summaries, folder)
  for (const { id, problem } of runs.unreadable) printError(`${id} can’t be read: ${problem}`)
  return 0
}

/** Runs that are part of something, such as a comparison, are only counted. */
function tell(summaries: readonly RunSummary[], folder: string): void {
  const own = summaries.filter(({ partOf }) => !partOf)
  const series = new Map<string, number>()
  for (const { partOf } of summaries) if (partOf) series.set(partOf.id, (series.get(partOf.id) ?? 0) + 1)
  if (summaries.length === 0) print(`No runs in ${shortPath(folder)}`)
  if (own.length > 0) for (const line of table([['run', 'status', 'epoch', 'best checkpoint'], ...own.map(row)])) print(line)
  for (const [id, count] of series) print(`${id}: ${count} ${count === 1 ? 'run' : 'runs'}`)
}

/** A folder of runs, or the workspace that has one. */
function runsIn(folder: string): string {
  if (!existsSync(folder)) throw new CommandFailure(`there is no folder ${folder}`)
  return runFolders(folder).length === 0 && existsSync(defaultRunsFolder(folder)) ? defaultRunsFolder(folder) : folder
}

function row({ id, status, secondsLeft, epoch, epochs, best }: RunSummary): string[] {
  const tasks = Object.entries(best).map(([task, values]) => {
    const names = Object.keys(values).filter(name => name.startsWith('validation_'))
    const name = names.find(name => name !== 'validation_loss') ?? names[0]
    return name === undefined ? '' : `${task} ${name.slice('validation_'.length)} ${shortNumber(values[name]!)}`
  })
  const left = secondsLeft !== null && status === 'training' ? ` (${duration(secondsLeft)} left)` : ''
  return [id, status + left, `${epoch}/${epochs}`, tasks.filter(Boolean).join(', ')]
}
