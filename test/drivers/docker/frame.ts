/** One frame of the Engine's streams, as it sends what a container prints; `stream`: 1 is stdout, 2 is stderr. */
export const frame = (text: string, stream = 1): Buffer => {
  const header = Buffer.alloc(8)
  header.writeUInt8(stream)
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}
