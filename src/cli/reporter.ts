import type { EndEvent, EpochEvent, ProgressEvent, RunEvent, StepEvent } from '../runs/events'
import type { RunFolder } from '../runs/folder'
import { runName } from './findRun'
import { duration, metricLines, print, printError, printJson, shortNumber, shortPath } from './output'

/** How a command tells what happens in a run. */
export interface Reporter {
  began(folder: RunFolder): void
  phase(message: string): void
  event(event: RunEvent): void
  /** @param message of the end, with the place in the model file that it belongs to */
  ended(end: EndEvent, message?: string): void
}

/** NDJSON on stdout: the run's events as they stand in its log. */
export class JsonReporter implements Reporter {
  began(folder: RunFolder): void {
    printJson({ type: 'run', id: folder.id, folder: folder.path })
  }
  phase(): void {}
  event(event: RunEvent): void {
    if (event.type !== 'end') printJson(event)
  }
  ended(end: EndEvent, message?: string): void {
    printJson(end)
    if (message !== undefined) printError(message)
  }
}

/** Lines for people; on a terminal with a progress bar below them. */
export class TextReporter implements Reporter {
  private run = ''
  private readonly bar = process.stderr.isTTY ? new ProgressBar(process.stderr) : null

  began(folder: RunFolder): void {
    this.run = runName(folder)
    this.bar?.show('')
    this.line(`Run ${shortPath(folder.path)}`)
  }

  phase(message: string): void {
    this.bar?.show(message)
  }

  event(event: RunEvent): void {
    switch (event.type) {
      case 'epoch':
        return this.line(epochLine(event))
      case 'note':
        return this.line(event.severity === 'warning' ? `Warning: ${event.message}` : event.message)
      case 'device':
        return this.line(`${event.fallback ? 'Warning: ' : ''}${event.reason}`)
      case 'resume':
        return this.line(
          event.step === 0 ? 'Begins anew: there was no checkpoint yet' : `Goes on after step ${event.step}, epoch ${event.epoch}`,
        )
      case 'status':
        if (event.status === 'paused') this.line('Paused')
        return
      case 'step':
        return this.bar?.losses(event)
      case 'progress':
        return this.bar?.progress(event)
      default:
    }
  }

  ended(end: EndEvent, message = 'The run failed'): void {
    this.bar?.clear()
    if (Object.keys(end.metrics).length > 0) print(['', 'Best checkpoint', ...metricLines(end.metrics)].join('\n'))
    if (end.status === 'completed') print('\nCompleted')
    else if (end.status === 'stopped') print(`\nStopped; go on with: mtl resume ${this.run}`)
    else printError(message)
  }

  private line(text: string): void {
    this.bar?.clear()
    print(text)
    this.bar?.redraw()
  }
}

function epochLine({ epoch, metrics, best, seconds }: EpochEvent): string {
  const tasks = Object.entries(metrics).map(([task, values]) => {
    const [leading] = Object.keys(values).filter(name => name.startsWith('validation_') && name !== 'validation_loss')
    const parts = [`loss ${number(values.train_loss)} / ${number(values.validation_loss)}`]
    if (leading !== undefined) parts.push(`${leading.slice('validation_'.length)} ${number(values[leading])}`)
    return `${task}: ${parts.join(', ')}`
  })
  return `Epoch ${epoch} (${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s)  ${tasks.join('  ')}${best ? '  *' : ''}`
}

const number = (value: number | undefined) => (value === undefined ? '–' : shortNumber(value))

/** One line at the bottom of the terminal. */
class ProgressBar {
  private text = ''
  private latest: Readonly<Record<string, number | null>> = {}
  private drawn = 0

  constructor(private readonly terminal: NodeJS.WriteStream) {}

  show(text: string): void {
    this.text = text
    this.redraw()
  }

  losses(event: StepEvent): void {
    this.latest = event.losses
  }

  progress({ step, steps, epoch, epochs, examplesPerSecond, secondsLeft }: ProgressEvent): void {
    const width = this.columns < 110 ? 10 : 20
    const share = steps === 0 ? 0 : step / steps
    const full = Math.round(share * width)
    const parts = [
      `${'█'.repeat(full)}${'░'.repeat(width - full)} ${Math.floor(share * 100)} %`,
      `epoch ${epoch}/${epochs}`,
      `${Math.round(examplesPerSecond).toLocaleString('en')} rows/s`,
      ...(secondsLeft === null ? [] : [`${duration(secondsLeft)} left`]),
      ...Object.entries(this.latest).flatMap(([task, loss]) => (loss === null ? [] : [`${task} ${loss.toPrecision(3)}`])),
    ]
    this.show(parts.join('  '))
  }

  private get columns(): number {
    return this.terminal.columns || 80
  }

  clear(): void {
    if (this.drawn > 0) this.terminal.write('\r\x1b[2K')
    this.drawn = 0
  }

  redraw(): void {
    this.clear()
    if (this.text === '') return
    const line = this.text.slice(0, Math.max(10, this.columns - 1))
    this.terminal.write(line)
    this.drawn = line.length
  }
}
