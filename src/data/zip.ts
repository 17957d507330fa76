import { unzipSync } from 'fflate'

/**
 * Members of a zip archive by name, each compared with its checksum.
 * @param most bytes that they may unpack to  @throws RangeError or Error saying what is wrong with the archive
 */
export function unzip(bytes: Uint8Array, most: number): Record<string, Uint8Array> {
  let total = 0
  unzipSync(bytes, {
    filter({ originalSize }) {
      total += originalSize
      return false // nothing is unpacked before all is known
    },
  })
  if (total > most) throw new RangeError(`it unpacks to more than ${most / 2 ** 30} GiB`)
  const members = unzipSync(bytes)
  for (const [name, expected] of checksums(bytes))
    if (name in members && crc32(members[name]!) !== expected) throw new RangeError(`its member '${name}' is damaged`)
  return members
}

const directoryEnd = 0x06054b50
const entryStart = 0x02014b50

/** CRC-32 of each member, from the directory at the end (APPNOTE.TXT 4.3.12): the unpacking library does not look at it. */
function checksums(bytes: Uint8Array): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const found = new Map<string, number>()
  let end = bytes.length - 22
  while (end > 0 && view.getUint32(end, true) !== directoryEnd) end--
  // An archive of more than 4 GiB has its directory at a place that stands elsewhere; none is read that is so large.
  for (let at = view.getUint32(end + 16, true); at + 46 <= end && view.getUint32(at, true) === entryStart;) {
    const [name, extra, comment] = [28, 30, 32].map(offset => view.getUint16(at + offset, true)) as [number, number, number]
    found.set(Buffer.from(bytes.buffer, bytes.byteOffset + at + 46, name).toString('utf8'), view.getUint32(at + 16, true))
    at += 46 + name + extra + comment
  }
  return found
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** ISO 3309; Node has it from 20.15 on. */
function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}
