/**
 * One device of the load: speaks just enough MQTT 3.1.1, by hand, so that the generator costs little beside what it
 * measures. Keeps what is not acknowledged and sends it again with DUP after a reconnect, as the standard asks.
 */
import { connect, type Socket } from 'node:net'

export interface LoadConnectionOptions {
  host: string
  port: number
  username: string
  password: string
  topic: string
  /** Messages that may be in flight. */
  window: number
  /** ms to wait before a reconnect; 0: do not reconnect. */
  reconnectMs: number
  /** `tag` is what `send` was given; `sentAt` is from `performance.now()`. */
  onAck: (tag: number, sentAt: number) => void
  onReady: () => void
  onClose: () => void
}

export interface LoadConnection {
  /** False when the window is full or the connection is away. */
  send(payload: string, tag: number): boolean
  readonly ready: boolean
  readonly inFlight: number
  close(): void
}

interface InFlight {
  packet: Buffer
  tag: number
  sentAt: number
}

const PUBACK = 0x40

export function openLoadConnection(options: LoadConnectionOptions): LoadConnection {
  const topic = Buffer.from(options.topic)
  const inFlight = new Map<number, InFlight>()
  let socket: Socket | null = null
  let ready = false
  let closed = false
  let nextId = 1
  let rest: Buffer | null = null

  function open(): void {
    rest = null
    const opened = connect({ host: options.host, port: options.port, noDelay: true })
    socket = opened
    opened.on('connect', () => opened.write(connectPacket(options)))
    opened.on('data', onData)
    opened.on('error', () => {})
    opened.on('close', () => {
      const wasReady = ready
      ready = false
      if (wasReady) options.onClose()
      if (!closed && options.reconnectMs > 0) setTimeout(open, options.reconnectMs)
    })
  }

  function onData(chunk: Buffer): void {
    let data = rest ? Buffer.concat([rest, chunk]) : chunk
    while (data.length >= 4) {
      const type = (data[0] ?? 0) & 0xf0
      if (type === PUBACK) onPuback(data.readUInt16BE(2))
      else if (!ready) onConnack(data[3] ?? 0)
      data = data.subarray(4)
    }
    rest = data.length > 0 ? data : null
  }

  function onConnack(code: number): void {
    if (code !== 0) return void socket?.destroy()
    ready = true
    for (const { packet } of inFlight.values()) {
      packet[0] = (packet[0] ?? 0) | 0x08
      socket?.write(packet)
    }
    options.onReady()
  }

  function onPuback(id: number): void {
    const message = inFlight.get(id)
    if (!message) return
    inFlight.delete(id)
    options.onAck(message.tag, message.sentAt)
  }

  /** What is sent in one turn leaves in one system call, or the generator costs more than what it measures. */
  function writeTogether(to: Socket, packet: Buffer): void {
    if (to.writableCorked === 0) {
      to.cork()
      process.nextTick(() => to.uncork())
    }
    to.write(packet)
  }

  function freeId(): number {
    while (inFlight.has(nextId)) nextId = (nextId % 65535) + 1
    const id = nextId
    nextId = (nextId % 65535) + 1
    return id
  }

  open()
  return {
    get ready() {
      return ready
    },
    get inFlight() {
      return inFlight.size
    },
    send(payload, tag) {
      if (!ready || inFlight.size >= options.window || !socket) return false
      const id = freeId()
      const packet = publishPacket(topic, id, payload)
      inFlight.set(id, { packet, tag, sentAt: performance.now() })
      writeTogether(socket, packet)
      return true
    },
    close() {
      closed = true
      socket?.destroy()
    },
  }
}

function connectPacket({ username, password }: LoadConnectionOptions): Buffer {
  const fields = [`load-${username}`, username, password].map((text) => {
    const bytes = Buffer.from(text)
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
  })
  // MQTT 3.1.1, clean session with user name and password, no keep-alive.
  const body = Buffer.concat([Buffer.from([0, 4, 77, 81, 84, 84, 4, 0xc2, 0, 0]), ...fields])
  return Buffer.concat([Buffer.from([0x10]), lengthBytes(body.length), body])
}

function publishPacket(topic: Buffer, id: number, payload: string): Buffer {
  const payloadBytes = Buffer.byteLength(payload, 'latin1')
  const length = 2 + topic.length + 2 + payloadBytes
  const header = length < 128 ? 2 : length < 16_384 ? 3 : 4
  const packet = Buffer.allocUnsafe(header + length)
  packet[0] = 0x32
  lengthBytes(length).copy(packet, 1)
  packet.writeUInt16BE(topic.length, header)
  topic.copy(packet, header + 2)
  packet.writeUInt16BE(id, header + 2 + topic.length)
  packet.write(payload, header + 4 + topic.length, 'latin1')
  return packet
}

function lengthBytes(length: number): Buffer {
  const bytes: number[] = []
  let left = length
  do {
    const low = left % 128
    left = Math.floor(left / 128)
    bytes.push(left > 0 ? low | 0x80 : low)
  } while (left > 0)
  return Buffer.from(bytes)
}
