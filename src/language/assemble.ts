import type { Diagnostic } from '../ir/diagnostic'
import type { Choice, GraphNode, GraphTask, ModelGraph, TrainingSettings } from '../ir/graph'
import type { Place, RecordedChoice, RecordedModel, Recording, Report } from '../ir/recording'
import type { Span } from '../ir/span'
import { readable } from './failures'
import { fixFor } from './fixes'
import { NodeNames } from './names'
import { framesOf, locate, type Frame, type Located } from './places'
import type { SourceText } from './sourceText'

const maximumCalls = 5

/** Turns a recording into a graph and diagnostics: stacks become spans, nodes get their names. */
export class Assembly {
  private readonly stacks = new Map<number, readonly Frame[]>()

  /** @param sources in the order of their module numbers, the model file first */
  constructor(
    private readonly recording: Recording,
    private readonly sources: readonly SourceText[],
  ) {}

  graph(): ModelGraph {
    const { recording } = this
    const nodes = this.nodes()
    const model = recording.model
    return {
      file: this.sources[0]!.file,
      nodes,
      tasks: model ? this.tasks(model) : [],
      sources: recording.sources.map(({ kind, path, options, split, sameRowsAs, stack }, id) => ({
        id,
        kind,
        path,
        options,
        split,
        ...(sameRowsAs !== undefined && { sameRowsAs }),
        span: this.span(stack),
        pathSpan: this.place({ stack, argument: 0 })?.span ?? null,
      })),
      training: this.training(model),
      span: model ? this.span(model.stack) : null,
    }
  }

  diagnostics(): Diagnostic[] {
    const found = this.recording.reports.map(report => this.diagnostic(report))
    return [...new Map(found.map(d => [JSON.stringify([d.code, d.message, d.span]), d])).values()]
  }

  /** The `model(…)` call made last, exported or not. */
  lastModel(): Frame | undefined {
    const stack = this.recording.modelStacks.at(-1)
    return stack === undefined ? undefined : this.frames(stack)[0]
  }

  private nodes(): GraphNode[] {
    const { recording } = this
    const names = new NodeNames(recording.nodes.flatMap(node => node.name ?? []))
    return recording.nodes.map((node, id) => {
      const { kind, layer, inputs, options, shape, parameters, stack, use, blocks } = node
      const [own, ...via] = this.frames(stack)
      const applied = use === null || use === stack ? undefined : this.frames(use)
      const name = names.name(node, applied ?? this.frames(stack))
      return {
        id,
        kind,
        name,
        layer,
        inputs,
        options,
        shape,
        parameters,
        span: own?.span ?? null,
        use: applied?.[0]?.span ?? null,
        via: via.slice(0, maximumCalls).map(frame => frame.span),
        ...(blocks ? { blocks } : {}),
      }
    })
  }

  private tasks({ tasks, stack }: RecordedModel): GraphTask[] {
    return tasks.map(({ label, stack: made, ...task }) => ({
      ...task,
      label: label && { source: label.source, column: label.column, span: this.place({ stack: label.stack, argument: 0 })?.span ?? null },
      span: this.span(made),
      keySpan: this.exact({ stack, argument: 0, path: ['tasks', task.name], key: true }),
    }))
  }

  private training(model: RecordedModel | null): TrainingSettings {
    const none = { kind: '', options: {}, stack: null }
    const spans: Record<string, Span> = {}
    for (const name of model?.written ?? []) {
      const span = this.exact({ stack: model!.stack, argument: 0, path: ['training', name] })
      if (span) spans[name] = span
    }
    return {
      optimizer: this.choice(model?.optimizer ?? none),
      weighting: this.choice(model?.weighting ?? none),
      schedule: this.choice(model?.schedule ?? none),
      ...(model?.settings ?? { epochs: 0, batchSize: 0, seed: 0 }),
      ...(model?.sampling && { sampling: model.sampling }),
      earlyStopping: model?.earlyStopping ?? null,
      spans,
    }
  }

  private choice({ kind, options, stack }: RecordedChoice): Choice {
    return { kind, options, span: stack === null ? null : this.span(stack) }
  }

  private diagnostic({ code, severity, message: said, place, related = [], fixes = [] }: Report): Diagnostic {
    const message = readable(said)
    const problem = this.place(place)
    if (!problem) return { code, severity, message, span: this.sources[0]!.span(0, Math.min(1, this.sources[0]!.text.length)) }
    const places = related.flatMap(({ message, place }) => {
      const span = this.place(place)?.span
      return span && !(span.start === problem.span.start && span.end === problem.span.end) ? [{ message, span }] : []
    })
    const calls = this.frames(place.stack)
      .slice(1, 1 + maximumCalls)
      .map(frame => ({ message: 'called from here', span: frame.span }))
    const edits = fixes.flatMap(fix => fixFor(fix, problem, stack => this.frames(stack)[0]))
    return { code, severity, message, span: this.operatorSpan(code, problem), related: [...places, ...calls], fixes: edits }
  }

  /** An operator on a tensor is reported at the sign itself: the whole expression says more. */
  private operatorSpan(code: string, { source, span, node }: Located): Span {
    if (code !== 'mtl/tensor-arithmetic' || node) return span
    return source.expressionAround(span) ?? span
  }

  private place(place: Place): Located | undefined {
    const frame = this.frames(place.stack)[0]
    return frame && locate(place, frame)
  }

  private exact(place: Place): Span | null {
    const found = this.place(place)
    return found?.exact ? found.span : null
  }

  private span(stack: number): Span | null {
    return this.frames(stack)[0]?.span ?? null
  }

  private frames(stack: number): readonly Frame[] {
    let frames = this.stacks.get(stack)
    if (!frames) this.stacks.set(stack, (frames = framesOf(this.recording.stacks[stack]!, this.sources)))
    return frames
  }
}
