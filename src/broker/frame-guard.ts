/**
 * Watches the fixed headers of MQTT packets before the broker's parser sees them: aedes has no packet limit of its own
 * and would collect a packet of 256 MB in memory, and it ends a connection that sends what only a server may without
 * telling anybody.
 */
import type { Socket } from 'node:net'

export type FrameFault = 'packet-too-large' | 'protocol-error'

/** CONNACK, SUBACK, UNSUBACK and PINGRESP come from servers; 0 and 15 are nothing in MQTT 3.1.1 [MQTT-2.2.1]. */
const NOT_FROM_CLIENTS: ReadonlySet<number> = new Set([0, 2, 9, 11, 13, 15])

/** Follows packet boundaries over chunks. `inspect` returns what is wrong with the first header that may not pass. */
export function createFrameWatch(limit: () => number) {
  let bodyLeft = 0
  let inLength = false
  let length = 0
  let shift = 0

  return function inspect(chunk: Uint8Array): FrameFault | null {
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
        if (NOT_FROM_CLIENTS.has((chunk[at++] ?? 0) >> 4)) return 'protocol-error'
      } else {
        const byte = chunk[at++] ?? 0
        length += (byte & 0x7f) * 2 ** shift
        shift += 7
        if (byte < 0x80) {
          inLength = false
          bodyLeft = length
        }
        if (length > limit() || shift > 28) return 'packet-too-large'
      }
    }
    return null
  }
}

/** Puts the watch into the socket's `read`, where the broker takes its bytes: no copy, no stream between. */
export function guardFrames(socket: Socket, limit: () => number, onFault: (fault: FrameFault) => void): void {
  const inspect = createFrameWatch(limit)
  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    const chunk: Buffer | null = read(size)
    const fault = chunk && inspect(chunk)
    if (fault === null) return chunk
    onFault(fault)
    socket.destroy()
    return null
  }
}
