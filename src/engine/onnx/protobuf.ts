/**
 * Writes protocol buffers: just the wire types that an ONNX model needs.
 * @see https://protobuf.dev/programming-guides/encoding
 */
export class ProtobufWriter {
  private bytes = new Uint8Array(256)
  private length = 0

  /** int32, int64, enum and bool fields. Negative numbers take ten bytes, as the format wants. */
  int(field: number, value: number | bigint): this {
    this.varint(field << 3)
    if (typeof value === 'number' && value >= 0 && value < 2 ** 31) return this.varint(value)
    let rest = BigInt.asUintN(64, BigInt(value))
    const room = this.room(10)
    let at = this.length
    while (rest > 0x7fn) {
      room[at++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    room[at++] = Number(rest)
    this.length = at
    return this
  }

  float(field: number, value: number): this {
    this.varint((field << 3) | 5)
    const room = this.room(4)
    new DataView(room.buffer, room.byteOffset).setFloat32(this.length, value, true)
    this.length += 4
    return this
  }

  data(field: number, value: Uint8Array): this {
    this.varint((field << 3) | 2)
    this.varint(value.length)
    this.room(value.length).set(value, this.length)
    this.length += value.length
    return this
  }

  text(field: number, value: string): this {
    return this.data(field, new TextEncoder().encode(value))
  }

  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter()
    write(inner)
    return this.data(field, inner.finish())
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  private varint(value: number): this {
    const room = this.room(5)
    let rest = value >>> 0
    while (rest > 0x7f) {
      room[this.length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    room[this.length++] = rest
    return this
  }

  private room(more: number): Uint8Array {
    if (this.length + more > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
      grown.set(this.bytes.subarray(0, this.length))
      this.bytes = grown
    }
    return this.bytes
  }
}
