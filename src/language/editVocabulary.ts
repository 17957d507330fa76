import type { OptionSpec, OptionSpecs } from '../base/options'
import type { Json } from '../base/json'
import type { CallForm, EditVocabulary, OptionForm } from '../ir/graphEdit'
import { layers } from '../layers/table'
import { tasks } from '../tasks/table'

/** What an edit of the graph can write, as forms: made from the tables that the sandbox checks against. */
export const editVocabulary = (labels: EditVocabulary['labels']): EditVocabulary => ({
  layers: layers.map(({ kind, doc, options, positional }) => callForm(kind, doc, options, positional)),
  tasks: tasks.map(({ kind, doc, options }) => callForm(kind, doc, options, [])),
  labels,
})

/** Positional arguments come first, as they are written first. */
function callForm(kind: string, doc: string, options: OptionSpecs, positional: readonly string[]): CallForm {
  const names = [...positional, ...Object.keys(options).filter(name => !positional.includes(name))]
  return { kind, doc, options: names.map(name => optionForm(name, options[name]!)) }
}

function optionForm(name: string, { type, doc, required = false, default: value, choices }: OptionSpec): OptionForm {
  const kind = choices ? 'choice' : type === 'number' ? 'number' : type === 'boolean' ? 'boolean' : type === 'string' ? 'text' : 'json'
  return { name, kind, doc, required, ...(value !== undefined && { default: value as Json }), ...(choices && { choices }) }
}
