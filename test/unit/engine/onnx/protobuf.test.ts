import assert from 'node:assert/strict'
import { ProtobufWriter } from '../../../../src/engine/onnx/protobuf'

const hex = (writer: ProtobufWriter) => Buffer.from(writer.finish()).toString('hex')

// Bytes as in the format's own documentation (protobuf.dev, "Encoding") and of protoc.
describe('ProtobufWriter', () => {
  it('writes varints', () => {
    assert.equal(hex(new ProtobufWriter().int(1, 150)), '089601')
    assert.equal(hex(new ProtobufWriter().int(1, 0)), '0800')
    assert.equal(hex(new ProtobufWriter().int(20, 7)), 'a00107')
  })
  it('writes negative and large numbers in 64 bits', () => {
    assert.equal(hex(new ProtobufWriter().int(1, -2)), '08feffffffffffffffff01')
    assert.equal(hex(new ProtobufWriter().int(1, 2 ** 31)), '088080808008')
    assert.equal(hex(new ProtobufWriter().int(1, 2n ** 40n)), '08808080808020')
  })
  it('writes text, floats and messages', () => {
    assert.equal(hex(new ProtobufWriter().text(2, 'testing')), '120774657374696e67')
    assert.equal(hex(new ProtobufWriter().float(2, 1)), '150000803f')
    assert.equal(hex(new ProtobufWriter().message(3, inner => inner.int(1, 150))), '1a03089601')
  })
  it('grows', () => {
    const bytes = new ProtobufWriter().text(1, 'x'.repeat(100_000)).int(1, 5).finish()
    assert.equal(bytes.length, 1 + 3 + 100_000 + 2)
    assert.equal(bytes.at(-1), 5)
  })
})
