import type { TextEdit } from '../../ir/diagnostic'
import type { GraphEdit, Proposal } from '../../ir/graphEdit'
import type { EvaluationRequest } from '../evaluation'
import type { EvaluationLimits, Evaluator } from '../evaluator'
import { WorkspaceFiles } from '../files'
import { loadModules } from '../modules'
import type { SourceText } from '../sourceText'
import { GraphText } from './applications'
import { removeFeature, setSourceOption } from './data'
import type { Draft } from './draft'
import { insertLayer, removeLayer, replaceLayer, setOption } from './layers'
import { differences, meaningOf, type Meaning } from './meaning'
import { insertBeforeOperation, isOperation, removeOperation, replaceOperation } from './operations'
import { Refusal } from './refusal'
import { groupTasks, splitTrunk } from './splitTrunk'
import { stopGradient } from './stopGradient'
import { addTask, setTaskOption } from './tasks'
import { setWeighting } from './weighting'

/**
 * Finds the edits of the text that change the model as asked, tries them, and compares the model before and after.
 * An edit that changes anything else, or that breaks the model, is refused with its reason.
 */
export async function proposeEdit(
  evaluator: Evaluator,
  request: EvaluationRequest,
  edit: GraphEdit,
  limits: EvaluationLimits,
): Promise<Proposal> {
  try {
    const before = await evaluator.evaluate(request, limits)
    if (!before.graph)
      throw new Refusal(`the file has an error: ${before.diagnostics[0]?.message ?? 'it has no model'}`, before.diagnostics[0]?.span)
    const { sources } = loadModules(request.file, new WorkspaceFiles(request.root, request.overlay), { values: [], types: [] })
    const draft = draftOf(new GraphText(before.graph, sources), edit)
    const after = await evaluator.evaluate({ ...request, overlay: { ...request.overlay, ...edited(sources, draft.edits) } }, limits)
    const known = new Set(before.diagnostics.map(d => d.code + d.message))
    const broken = after.diagnostics.find(d => d.severity === 'error' && !known.has(d.code + d.message))
    if (broken || !after.graph) throw new Refusal(`the model would have an error: ${broken?.message ?? 'it could not be evaluated'}`)
    return proposal(draft, meaningOf(before.graph), meaningOf(after.graph))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { kind: 'refused', reason: error.message, span: error.span }
  }
}

function draftOf(text: GraphText, edit: GraphEdit): Draft {
  switch (edit.kind) {
    case 'setOption':
      return setOption(text, edit)
    case 'setSourceOption':
      return setSourceOption(text, edit)
    case 'removeFeature':
      return removeFeature(text, edit)
    case 'setTaskOption':
      return setTaskOption(text, edit)
    case 'insertLayer':
      return edit.where === 'before' && isOperation(text.node(edit.node)) ? insertBeforeOperation(text, edit) : insertLayer(text, edit)
    case 'replaceLayer':
      return isOperation(text.node(edit.node)) ? replaceOperation(text, edit) : replaceLayer(text, edit)
    case 'removeLayer':
      return isOperation(text.node(edit.node)) ? removeOperation(text, edit) : removeLayer(text, edit)
    case 'addTask':
      return addTask(text, edit)
    case 'splitTrunk':
      return splitTrunk(text, edit)
    case 'groupTasks':
      return groupTasks(text, edit)
    case 'stopGradient':
      return stopGradient(text, edit)
    case 'setWeighting':
      return setWeighting(text, edit)
  }
}

function proposal({ title, edits, note, constant, expected }: Draft, before: Meaning, after: Meaning): Proposal {
  const changes = differences(settled(expected, after), after)
  if (constant) {
    // A constant may serve at several places; that is what the offer is for, as long as the model keeps its structure.
    const all = differences(before, after)
    if (all.length === 0) throw new Refusal(`${constant.reason}, and changing it does not change the model`)
    return { kind: 'offer', ...constant, edits, changes: all }
  }
  if (changes.length > 0) throw new Refusal(`the edit would also change ${changes.slice(0, 3).join(', ')}`)
  return { kind: 'edits', title, edits, note }
}

/** An option that the draft left open is as the evaluation found it. */
function settled(expected: Meaning, { nodes }: Meaning): Meaning {
  const known = expected.nodes.map(node => {
    const open = Object.keys(node.options).filter(key => node.options[key] === null && node.name.endsWith('.output'))
    const found = nodes.find(({ name }) => name === node.name)?.options ?? {}
    return open.length === 0
      ? node
      : { ...node, options: { ...node.options, ...Object.fromEntries(open.map(key => [key, found[key] ?? null])) } }
  })
  return { ...expected, nodes: known }
}

/** The files with the edits made. Edits of one place keep their order: what is inserted first stands first. */
export function edited(sources: ReadonlyMap<string, SourceText>, edits: readonly TextEdit[]): Record<string, string> {
  const texts: Record<string, string> = {}
  const fromTheEnd = edits.map((edit, order) => ({ ...edit, order })).sort((a, b) => b.span.start - a.span.start || b.order - a.order)
  for (const { span, text } of fromTheEnd) {
    const whole = texts[span.file] ?? sources.get(span.file)!.text
    texts[span.file] = whole.slice(0, span.start) + text + whole.slice(span.end)
  }
  return texts
}
