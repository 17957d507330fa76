import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { writeFileAtomically } from './atomic'
import type { RunManifest } from './manifest'

/** Where everything lies in a run's folder. All names are relative: a folder moved elsewhere stays whole. */
export class RunFolder {
  readonly path: string
  constructor(path: string) {
    this.path = resolve(path)
  }

  get id(): string {
    return basename(this.path)
  }
  get manifest(): string {
    return join(this.path, 'run.json')
  }
  /** What the engine chose when the run started. */
  get choices(): string {
    return join(this.path, 'choices.json')
  }
  get events(): string {
    return join(this.path, 'events.ndjson')
  }
  get control(): string {
    return join(this.path, 'control.json')
  }
  get log(): string {
    return join(this.path, 'trainer.log')
  }
  /** How a series of runs stands, in the series' own folder. */
  get progress(): string {
    return join(this.path, 'progress.json')
  }
  /** The folder in which it lies with others. */
  get runs(): string {
    return dirname(this.path)
  }
  get checkpoints(): string {
    return join(this.path, 'checkpoints')
  }
  checkpoint(kind: 'last' | 'best'): string {
    return join(this.checkpoints, `${kind}.safetensors`)
  }

  /** @throws RunError where the folder is not a run, or one of a later version */
  readManifest(): RunManifest {
    let text: string
    try {
      text = readFileSync(this.manifest, 'utf8')
    } catch {
      throw new RunError(`${this.path} is not a run: it has no readable run.json`)
    }
    let manifest: Partial<RunManifest> | null
    try {
      manifest = JSON.parse(text) as typeof manifest
    } catch {
      throw new RunError(`${this.manifest} is not valid JSON`)
    }
    if ((manifest?.format as number) !== 1) {
      throw new RunError(`${this.path} has format ${String(manifest?.format)}, which this version does not know; it reads format 1`)
    }
    const missing = (['model', 'graph', 'tasks', 'data', 'engine'] as const).find(name => typeof manifest![name] !== typeof complete[name])
    if (missing) throw new RunError(`${this.manifest} is damaged: it has no ${missing}`)
    return manifest as RunManifest
  }

  /** @returns null where none were made  @throws RunError where the file is damaged: with another choice the run's numbers would change */
  readChoices(): RunChoices | null {
    if (!existsSync(this.choices)) return null
    try {
      const choices = JSON.parse(readFileSync(this.choices, 'utf8')) as RunChoices
      const { imageLayout = 'plain', gradientPasses = 1 } = choices
      if (['plain', 'blocked'].includes(imageLayout) && [1, 2].includes(gradientPasses)) return choices
    } catch {
      // As below.
    }
    throw new RunError(
      `${this.choices} is damaged: it should read as {"imageLayout":"plain"}, {"imageLayout":"blocked"}, perhaps with "gradientPasses":1 or 2`,
    )
  }

  /** Written once, before the first step. */
  writeChoices(choices: RunChoices): void {
    writeFileAtomically(this.choices, `${JSON.stringify(choices)}\n`)
  }

  /** Written once, when the run starts. */
  writeManifest(manifest: RunManifest): void {
    if (existsSync(this.manifest)) throw new RunError(`${this.manifest} exists already`)
    writeFileAtomically(this.manifest, `${JSON.stringify(manifest, null, 1)}\n`)
  }
}

/** Of the parts that every run's manifest has, one of the right type each. */
const complete = { model: '', graph: {}, tasks: [], data: [], engine: {} }

/** What an engine chose, where it had a choice, on which the last digits of a run's numbers depend: it goes on with the same. */
export interface RunChoices {
  /** How images lie in memory: by channels, or by blocks of channels. */
  readonly imageLayout?: 'plain' | 'blocked'
  /** In how many passes the steps of a method on Gram matrices are computed: one keeps the gradients of all tasks, two none. */
  readonly gradientPasses?: 1 | 2
}

/** Something about a run's folder that its user can understand and mend. */
export class RunError extends Error {}

/** `.mtl/runs` in the workspace: where runs go when nothing else is said. */
export const defaultRunsFolder = (root: string): string => join(root, '.mtl', 'runs')

/**
 * Makes a new folder `<date>-<model>-<id>`, directly in `runs`.
 * @param model name of the model file without `.mtl.ts`
 */
export function createRunFolder(runs: string, model: string, now = new Date()): RunFolder {
  mkdirSync(runs, { recursive: true })
  keepOutOfCommits(runs)
  const two = (n: number) => String(n).padStart(2, '0')
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`
  const name = model.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60) || 'model'
  for (;;) {
    const path = join(runs, `${date}-${name}-${randomBytes(3).toString('hex')}`)
    try {
      mkdirSync(path)
      return new RunFolder(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Folders in `runs` that hold a run, newest first. */
export function runFolders(runs: string): RunFolder[] {
  let names: string[]
  try {
    names = readdirSync(runs)
  } catch {
    return []
  }
  return names
    .filter(name => existsSync(join(runs, name, 'run.json')))
    .sort((a, b) => (a < b ? 1 : -1))
    .map(name => new RunFolder(join(runs, name)))
}

function keepOutOfCommits(runs: string): void {
  const folder = dirname(resolve(runs))
  const ignore = join(folder, '.gitignore')
  if (basename(folder) !== '.mtl' || existsSync(ignore)) return
  writeFileSync(ignore, '# Made by MTL Workbench: runs stay out of commits.\n*\n')
}
