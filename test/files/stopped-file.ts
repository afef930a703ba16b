import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A file that a process has open, on a FUSE mount whose server then stops: whoever asks for its status waits for ever. The
 * server speaks as much of the protocol as an `open` for writing needs.
 */
export interface StoppedFile {
  readonly path: string
  remove(): void
}

const SERVER = `
  const { readSync, writeSync } = require('node:fs')
  const room = Buffer.alloc(1 << 20)
  const attr = (mode) => { const b = Buffer.alloc(88); b.writeBigUInt64LE(2n, 0); b.writeUInt32LE(mode, 60); b.writeUInt32LE(1, 64); return b }
  const answer = (unique, error, body = Buffer.alloc(0)) => {
    const head = Buffer.alloc(16)
    head.writeUInt32LE(16 + body.length, 0); head.writeInt32LE(error, 4); head.writeBigUInt64LE(unique, 8)
    writeSync(3, Buffer.concat([head, body]))
  }
  const bodies = {
    26: (input) => { const b = Buffer.alloc(64); b.writeUInt32LE(7, 0); b.writeUInt32LE(31, 4); b.writeUInt32LE(4096, 20); return b },
    1: () => { const b = Buffer.alloc(40); b.writeBigUInt64LE(2n, 0); return Buffer.concat([b, attr(0o100666)]) },
    3: (input, node) => Buffer.concat([Buffer.alloc(16), attr(node === 1n ? 0o40777 : 0o100666)]),
    14: () => Buffer.alloc(16), 18: () => Buffer.alloc(0), 25: () => Buffer.alloc(0),
  }
  for (;;) {
    const length = readSync(3, room)
    const [opcode, unique, node] = [room.readUInt32LE(4), room.readBigUInt64LE(8), room.readBigUInt64LE(16)]
    if (opcode === 2) continue
    const body = bodies[opcode]
    if (body === undefined) answer(unique, -38)
    else answer(unique, 0, body(room.subarray(40, length), node))
  }`

/** Undefined where nothing can be mounted. */
export const createStoppedFile = async (): Promise<StoppedFile | undefined> => {
  if (process.getuid?.() !== 0) return undefined
  let fd: number
  try {
    fd = openSync('/dev/fuse', 'r+')
  } catch {
    return undefined
  }
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-stopped-'))
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other'
  const mounted = spawnSync('mount', ['-i', '-n', '-t', 'fuse', '-o', options, 'stops', folder], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  })
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'ignore', 'inherit', fd] })
  closeSync(fd)
  const path = join(folder, 'file')
  const holder = spawn('sh', ['-c', 'exec 5<>"$1"; echo open; exec sleep 1000', 'sh', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const remove = (): void => {
    for (const child of [holder, server]) child.kill('SIGKILL')
    spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  }
  if (mounted.status !== 0) {
    remove()
    return undefined
  }
  await once(holder.stdout, 'data')
  // They live as long as the test, and keep nobody waiting.
  holder.stdout.destroy()
  for (const child of [holder, server]) child.unref()
  server.kill('SIGSTOP')
  return { path, remove }
}
