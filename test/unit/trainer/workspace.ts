import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { EventReader } from '../../../src/runs/eventReader'
import type { RunEvent } from '../../../src/runs/events'
import type { RunFolder } from '../../../src/runs/folder'
import { launch, type LaunchRequest } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { supersede } from '../../../src/runs/summary'
import { endRuns } from '../../fixtures/endRuns'
import { until } from '../runs/temporary'

export const trainer = resolve('dist/trainer.js')

export interface ModelChoices {
  readonly weighting?: string
  readonly epochs?: number
  readonly learningRate?: number
  readonly dropout?: number
}

/** A model of the penguins with dropout and three tasks. */
export function modelText({ weighting = 'pcGrad()', epochs = 5, learningRate = 1e-3, dropout = 0.2 }: ModelChoices = {}): string {
  const method = weighting.replace(/\(.*/s, '')
  return `import { adam, classification, csv, dense, dropout, model, ${method}, regression } from 'mtl'

const penguins = csv('penguins.csv', {
  missing: ['', 'NA', '.'],
  missingFeatures: 'drop',
  split: { train: 0.7, validation: 0.15, test: 0.15, seed: 7, stratify: 'species' },
})
const measurements = penguins.features({
  numeric: ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm'],
  categorical: ['island'],
})
const trunk = measurements.pipe(dense(32, { activation: 'relu' }), dropout(${dropout}))

export default model({
  tasks: {
    species: classification(penguins.label('species'), trunk),
    sex: classification(penguins.label('sex'), trunk.pipe(dense(8, { activation: 'relu' }))),
    mass: regression(penguins.label('body_mass_g'), trunk, { weight: 0.5 }),
  },
  training: { optimizer: adam({ learningRate: ${learningRate} }), weighting: ${weighting}, epochs: ${epochs}, batchSize: 32, seed: 1 },
})
`
}

/** A folder with the penguins and a model, as a user has it; gone after each test, with every process that trains in it. */
export class Workspace {
  root = ''

  constructor() {
    beforeEach(() => {
      this.root = realpathSync(mkdtempSync(join(tmpdir(), 'mtl-work-')))
      mkdirSync(join(this.root, '.vscode'))
      copyFileSync(resolve('examples/penguins/penguins.csv'), join(this.root, 'penguins.csv'))
    })
    afterEach(async () => {
      await endRuns(this.runs)
      rmSync(this.root, { recursive: true, force: true, maxRetries: 5 })
    })
  }

  get runs(): string {
    return join(this.root, '.mtl', 'runs')
  }

  model(choices?: ModelChoices, name = 'penguins'): string {
    return this.write(`${name}.mtl.ts`, modelText(choices))
  }

  write(name: string, text: string): string {
    const path = join(this.root, name)
    writeFileSync(path, text)
    return path
  }

  launch(modelFile: string, more: Partial<LaunchRequest> = {}): Promise<RunFolder> {
    return launch({ trainer, modelFile, root: this.root, runs: this.runs, ...more })
  }
}

export const eventsOf = (folder: RunFolder): RunEvent[] => new EventReader(folder.events).read()

export async function ended(folder: RunFolder): Promise<RunEvent & { readonly type: 'end' }> {
  await until('the run has ended', () => !liveProcess(folder))
  const end = eventsOf(folder).findLast(event => event.type === 'end')
  if (end?.type !== 'end') throw new Error('the log has no end')
  return end
}

/** What of a run's log must repeat itself: all but times. */
export function numbers(folder: RunFolder): unknown[] {
  const kept = supersede(eventsOf(folder)).filter(event => event.type === 'step' || event.type === 'epoch')
  return kept.map(event => ({ ...event, time: 0, seconds: 0 }))
}
