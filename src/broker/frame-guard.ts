/**
 * Watches the fixed headers of MQTT packets before the broker's parser sees them: aedes has no packet limit of its own
 * and would collect a packet of 256 MB in memory.
 */
import type { Socket } from 'node:net'

/** Follows packet boundaries over chunks. `inspect` returns false at the first header that announces too much. */
export function createFrameWatch(limit: () => number) {
  let bodyLeft = 0
  let inLength = false
  let length = 0
  let shift = 0

  return function inspect(chunk: Uint8Array): boolean {
    let at = 0
    while (at < chunk.length) {
      if (bodyLeft > 0) {
        const skipped = Math.min(bodyLeft, chunk.length - at)
        bodyLeft -= skipped
        at += skipped
      } else if (!inLength) {
        inLength = true
        length = 0
        shift = 0
        at++
      } else {
        const byte = chunk[at++] ?? 0
        length += (byte & 0x7f) * 2 ** shift
        shift += 7
        if (byte < 0x80) {
          inLength = false
          bodyLeft = length
        }
        if (length > limit() || shift > 28) return false
      }
    }
    return true
  }
}

/** Puts the watch into the socket's `read`, where the broker takes its bytes: no copy, no stream between. */
export function guardFrames(socket: Socket, limit: () => number, onTooLarge: () => void): void {
  const inspect = createFrameWatch(limit)
  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    const chunk: Buffer | null = read(size)
    if (chunk === null || inspect(chunk)) return chunk
    onTooLarge()
    socket.destroy()
    return null
  }
}
