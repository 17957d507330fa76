import { existsSync, realpathSync, statSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { profiles } from '../data/profile'
import type { Diagnostic } from '../ir/diagnostic'
import { obstaclesToTraining, type Obstacle } from '../ir/analysis'
import type { ModelGraph } from '../ir/graph'
import { profileKey, type DataProfile, type ProfileError } from '../ir/profile'
import type { EvaluationResult } from '../language/evaluation'
import { LanguageHost } from '../language/host'
import type { LocatedDiagnostic } from '../runs/launch'
import { workspaceOf } from '../runs/workspace'
import { Locator, startOf } from './located'
import { ModelProblem } from './modelProblem'

/** A model file without errors. */
export interface OpenedModel {
  /** Absolute path. */
  readonly file: string
  readonly root: string
  readonly graph: ModelGraph
  /** Files read, relative to root. */
  readonly files: readonly string[]
  /** Warnings and information; there are no errors. */
  readonly diagnostics: readonly LocatedDiagnostic[]
  /** Why it can be drawn but not trained yet, or null. */
  readonly obstacle: LocatedDiagnostic | null
}

/** A profile may make the file name further data; more rounds than this mean that it never settles. */
const mostRounds = 4

/**
 * Evaluates a model file with the profiles of its data.
 * @param root folder that imports and data may not leave; the workspace of the file where not given
 * @param dist folder with the evaluator; the one that this program runs from
 * @throws ModelProblem with all errors of the file
 */
export async function openModel(modelFile: string, root?: string, dist = __dirname): Promise<OpenedModel> {
  const file = existing(modelFile)
  const home = root === undefined ? workspaceOf(file) : realpathSync(resolve(root))
  const name = relative(home, file).split(sep).join('/')
  if (name.startsWith('../')) throw problem(`${modelFile} lies outside the workspace folder ${home}`)
  const { graph, diagnostics, files } = await evaluate(name, home, dist)
  const locator = new Locator(home)
  const located = diagnostics.map(diagnostic => locator.locate(diagnostic))
  const errors = located.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new ModelProblem({ message: summary(errors), diagnostics: located })
  if (graph === null) throw problem(`${modelFile} could not be evaluated`)
  const [obstacle] = obstaclesToTraining(graph)
  return { file, root: home, graph, files, diagnostics: located, obstacle: obstacle ? locator.locate(atObstacle(graph, obstacle)) : null }
}

/**
 * Like `openModel`, for training.
 * @throws ModelProblem where the file has errors or lacks data, labels or shapes
 */
export async function openTrainableModel(modelFile: string, root?: string, dist?: string): Promise<OpenedModel> {
  const model = await openModel(modelFile, root, dist)
  if (model.obstacle) throw new ModelProblem({ message: model.obstacle.message, diagnostics: [...model.diagnostics, model.obstacle] })
  return model
}

function existing(modelFile: string): string {
  const path = resolve(modelFile)
  if (!existsSync(path)) throw problem(`there is no file ${modelFile}`)
  if (!statSync(path).isFile()) throw problem(`${modelFile} is a folder: name a model file (NAME.mtl.ts)`)
  if (!path.endsWith('.mtl.ts')) throw problem(`${modelFile} is not a model file: its name must end in .mtl.ts`)
  return realpathSync(path)
}

/** Nobody is typing here, and the machine may be busy with other runs: more patience than in the editor. */
async function evaluate(file: string, root: string, dist: string): Promise<EvaluationResult> {
  const host = new LanguageHost({ dist, deadline: 10_000, watchdog: 20_000 })
  try {
    const known: Record<string, DataProfile | ProfileError> = {}
    for (let round = 1; ; round++) {
      const result = await host.evaluate({ file, root, overlay: {}, profiles: known })
      const wanted = result.profilesWanted.filter(source => !(profileKey(source) in known))
      if (wanted.length === 0 || round === mostRounds) return result
      Object.assign(known, await profiles(wanted, root))
    }
  } finally {
    host.dispose()
  }
}

function atObstacle(graph: ModelGraph, { message, node, task, source }: Obstacle): Diagnostic {
  const span =
    graph.nodes.find(({ id }) => id === node)?.span ??
    graph.tasks.find(({ name }) => name === task)?.keySpan ??
    graph.sources.find(({ id }) => id === source)?.pathSpan ??
    graph.span ??
    startOf(graph.file)
  return { code: 'mtl/not-trainable', severity: 'error', message, span }
}

const problem = (message: string) => new ModelProblem({ message, diagnostics: [] })

function summary(errors: readonly Diagnostic[]): string {
  return errors.length === 1 ? errors[0]!.message : `${errors[0]!.message} (and ${errors.length - 1} more)`
}
