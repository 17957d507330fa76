import { ProtobufWriter } from './protobuf'

export type NodeAttribute = number | string | readonly number[] | { readonly float: number }
export type NodeAttributes = Readonly<Record<string, NodeAttribute>>

interface Node {
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: NodeAttributes
  readonly domain: string
  readonly origin: string
}

interface Value {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: ElementType
}

/** Numbers of onnx.proto, fixed by the format. */
const elementType = { float32: 1, int64: 7, float64: 11 } as const
export type ElementType = keyof typeof elementType
const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const
const irVersion = 8
const opset = 17
/** ONNX Runtime's own operators, among them convolution in the blocked channel layout. */
export const microsoft = 'com.microsoft'
export const blocked = 'com.microsoft.nchwc'

/** An ONNX model under construction: nodes in topological order, values by name. */
export class OnnxGraph {
  /** What the nodes that follow are written for: the runtime's profile shows it. */
  origin = ''
  private readonly nodes: Node[] = []
  private readonly initializers: { name: string; shape: readonly number[]; type: number; data: Uint8Array }[] = []
  private readonly inputs: Value[] = []
  private readonly outputs: Value[] = []
  private readonly known = new Map<string, readonly string[]>()
  /** Values that were renamed to be outputs. */
  private readonly aliases = new Map<string, string>()

  input(name: string, shape: readonly number[]): string {
    this.inputs.push({ name, shape, type: 'float32' })
    return name
  }

  /** Adds a node with one output, or finds the equal one. */
  node(type: string, inputs: readonly string[], attributes: NodeAttributes = {}, domain = ''): string {
    return this.nodeOf(type, inputs, attributes, 1, domain)[0]!
  }

  nodeOf(type: string, inputs: readonly string[], attributes: NodeAttributes, outputs: number, domain = ''): readonly string[] {
    return this.once(`${domain}.${type}|${inputs.join()}|${JSON.stringify(attributes)}|${outputs}`, () => {
      const names = Array.from({ length: outputs }, (_, i) => `${type}_${this.nodes.length}${i ? `_${i}` : ''}`)
      this.nodes.push({ type, inputs, outputs: names, attributes, domain, origin: this.origin })
      return names
    })
  }

  floats(data: Float32Array, shape: readonly number[]): string {
    const key = data.length <= 4096 ? `floats|${shape.join()}|${data.join()}` : `floats|${this.initializers.length}`
    return this.once(key, () => [
      this.initializer(shape, elementType.float32, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ])[0]!
  }

  scalar(value: number): string {
    return this.floats(Float32Array.of(value), [])
  }

  /** A list of whole numbers: shapes, axes and the like. */
  ints(list: readonly number[]): string {
    return this.once(`ints|${list.join()}`, () => [
      this.initializer([list.length], elementType.int64, new Uint8Array(BigInt64Array.from(list, BigInt).buffer)),
    ])[0]!
  }

  private initializer(shape: readonly number[], type: number, data: Uint8Array): string {
    const name = `constant_${this.initializers.length}`
    this.initializers.push({ name, shape, type, data })
    return name
  }

  private once(key: string, make: () => readonly string[]): readonly string[] {
    const found = this.known.get(key)
    if (found) return found
    const made = make()
    this.known.set(key, made)
    return made
  }

  /** Makes the value an output of the model under a name of its own. */
  output(name: string, value: string, shape: readonly number[], type: ElementType = 'float32'): void {
    const source = this.aliases.get(value) ?? value
    const isNode = this.nodes.some(node => node.outputs.includes(source))
    if (!isNode || source !== value) {
      this.nodes.push({ type: 'Identity', inputs: [source], outputs: [name], attributes: {}, domain: '', origin: 'output' })
    } else {
      // Renaming spares the copy that an Identity node would cost.
      const renamed = (names: readonly string[]) => (names.includes(value) ? names.map(n => (n === value ? name : n)) : names)
      this.nodes.forEach((node, i) => (this.nodes[i] = { ...node, inputs: renamed(node.inputs), outputs: renamed(node.outputs) }))
      this.aliases.set(value, name)
    }
    this.outputs.push({ name, shape, type })
  }

  encode(): Uint8Array {
    const model = new ProtobufWriter().int(1, irVersion).text(2, 'MTL Workbench')
    model.message(7, graph => {
      for (const node of this.nodes) graph.message(1, writer => encodeNode(writer, node))
      graph.text(2, 'step')
      for (const { name, shape, type, data } of this.initializers) {
        graph.message(5, tensor => {
          for (const d of shape) tensor.int(1, d)
          tensor.int(2, type).text(8, name).data(9, data)
        })
      }
      for (const value of this.inputs) graph.message(11, writer => encodeValue(writer, value))
      for (const value of this.outputs) graph.message(12, writer => encodeValue(writer, value))
    })
    const domains: [string, number][] = [
      ['', opset],
      [microsoft, 1],
      [blocked, 1],
    ]
    for (const [domain, version] of domains) model.message(8, writer => writer.text(1, domain).int(2, version))
    return model.finish()
  }
}

function encodeNode(writer: ProtobufWriter, { type, inputs, outputs, attributes, domain, origin }: Node): void {
  for (const name of inputs) writer.text(1, name)
  for (const name of outputs) writer.text(2, name)
  writer.text(3, `${origin}/${type}:${outputs[0]!}`).text(4, type)
  for (const [name, value] of Object.entries(attributes)) writer.message(5, attribute => encodeAttribute(attribute.text(1, name), value))
  if (domain) writer.text(7, domain)
}

function encodeAttribute(writer: ProtobufWriter, value: NodeAttribute): void {
  if (typeof value === 'number') writer.int(3, value).int(20, attributeType.int)
  else if (typeof value === 'string') writer.text(4, value).int(20, attributeType.string)
  else if ('float' in value) writer.float(2, value.float).int(20, attributeType.float)
  else {
    for (const item of value) writer.int(8, item)
    writer.int(20, attributeType.ints)
  }
}

function encodeValue(writer: ProtobufWriter, { name, shape, type: element }: Value): void {
  writer.text(1, name).message(2, type =>
    type.message(1, tensor =>
      tensor.int(1, elementType[element]).message(2, dimensions => {
        for (const d of shape) dimensions.message(1, dimension => dimension.int(1, d))
      }),
    ),
  )
}
