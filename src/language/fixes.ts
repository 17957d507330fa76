import type { Fix, TextEdit } from '../ir/diagnostic'
import type { FixRequest } from '../ir/recording'
import { importName, insertAt, replaceName, setOption } from './edits/text'
import { locate, type Frame, type Located } from './places'
import type { SourceText } from './sourceText'
import { unwrap, type Node } from './syntax'

/** Turns what the sandbox proposes into edits; proposals that the text has no exact place for are left out. */
export function fixFor(request: FixRequest, problem: Located, frameOf: (stack: number) => Frame | undefined): Fix[] {
  switch (request.kind) {
    case 'replace':
      return replaceFix(request.text, problem)
    case 'setOption': {
      const frame = frameOf(request.place.stack)
      const edit = frame?.call && setOption(frame.source, frame.call, request.place.argument ?? 0, request.option, request.value)
      const text = typeof request.value === 'string' ? `'${request.value}'` : JSON.stringify(request.value)
      return edit ? [{ title: `Add ${request.option}: ${text}`, edits: [edit] }] : []
    }
    case 'insertLayer': {
      const made = frameOf(request.made)
      const use = request.use === null ? undefined : frameOf(request.use)
      return made && use ? insertLayer(request.layer, made, use, problem) : []
    }
    case 'wrapArgument': {
      const frame = frameOf(request.place.stack)
      const found = frame && locate(request.place, frame)
      return found?.node && found.exact ? [wrapped(request.layer, found.source, found.node)] : []
    }
    case 'applyTo':
      return applyTo(problem)
  }
}

function replaceFix(text: string, { source, node, exact }: Located): Fix[] {
  const replaceable = node?.type === 'Identifier' || node?.type === 'StringLiteral'
  return exact && node && replaceable ? [{ title: `Change to '${text}'`, edits: [replaceName(source, node, text)] }] : []
}

/** In a pipe the layer goes before the other one; where a layer is called on a tensor, it goes around the tensor. */
function insertLayer(layer: string, made: Frame, use: Frame, problem: Located): Fix[] {
  const { source, call } = use
  if (!call || call.type === 'TaggedTemplateExpression') return []
  const argument = call.arguments.find(a => unwrap(a) === made.call || (problem.exact && unwrap(a) === problem.node))
  if (argument)
    return [{ title: `Insert ${layer}`, edits: [insertAt(source, argument.start!, `${layer}, `), ...importLayer(source, layer)] }]
  const isPipe = /MemberExpression$/.test(call.callee.type)
  const tensor = call.arguments[0]
  return isPipe || !tensor || call.arguments.length !== 1 ? [] : [wrapped(layer, source, tensor)]
}

function wrapped(layer: string, source: SourceText, tensor: Node): Fix {
  const around = [insertAt(source, tensor.start!, `${layer}(`), insertAt(source, tensor.end!, ')')]
  return { title: `Insert ${layer}`, edits: [...around, ...importLayer(source, layer)] }
}

const importLayer = (source: SourceText, layer: string): TextEdit[] => importName(source, /^\w+/.exec(layer)![0])

/** `dense(4, x)` → `dense(4)(x)` */
function applyTo({ source, node }: Located): Fix[] {
  const argument = node
  let call = argument && source.parentOf(argument)
  while (call && call.type !== 'CallExpression') call = source.parentOf(call)
  if (!argument || !call) return []
  const index = call.arguments.findIndex(a => unwrap(a) === argument)
  if (index < 0 || index !== call.arguments.length - 1) return []
  const from = index === 0 ? argument.start! : call.arguments[index - 1]!.end!
  return [{ title: 'Apply the layer to the tensor', edits: [{ span: source.span(from, argument.start!), text: ')(' }] }]
}
