/**
 * The network between devices and us: a TCP proxy whose connections can be cut, reset, frozen (nothing passes any more
 * and nobody is told) or delayed.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Network {
  /** Where devices connect. */
  port: number
  /** Connections that pass or are frozen. */
  readonly open: number
  /** ms by which everything is late from now on, in both directions. */
  delay(ms: number): void
  /** Ends every connection as a router does that forgets it: FIN to both sides. Frozen ones stay as they are. */
  drop(): void
  /** Ends every connection by RST to both sides. Frozen ones stay as they are. */
  reset(): void
  /** From now on nothing passes on the connections of this moment, and neither side is told; returns how many. */
  freeze(): number
  /** While shut, a new connection is ended at once. */
  shut(closed: boolean): void
  close(): Promise<void>
}

interface Pair {
  device: Socket
  service: Socket
  frozen: boolean
}

/** Stands between devices and the service on `to` of this machine. */
export async function startNetwork({ to }: { to: number }): Promise<Network> {
  const pairs = new Set<Pair>()
  let delayMs = 0
  let isShut = false

  function pass(pair: Pair, from: Socket, towards: Socket): void {
    from.on('data', (chunk) => {
      if (delayMs > 0) return void setTimeout(() => write(pair, towards, chunk), delayMs)
      if (!write(pair, towards, chunk)) {
        from.pause()
        towards.once('drain', () => from.resume())
      }
    })
    from.on('end', () => !pair.frozen && towards.end())
    from.on('error', () => {})
    from.on('close', () => {
      // A frozen connection tells neither side that the other has gone.
      if (pair.frozen) return
      pairs.delete(pair)
      towards.destroy()
    })
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (device) => {
    device.on('error', () => {})
    if (isShut) return void device.destroy()
    const service = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const pair: Pair = { device, service, frozen: false }
    pairs.add(pair)
    pass(pair, device, service)
    pass(pair, service, device)
  })
  server.listen(0, '127.0.0.1', 4096)
  await once(server, 'listening')

  function endAll(end: (socket: Socket) => void): void {
    for (const pair of pairs) {
      if (pair.frozen) continue
      pairs.delete(pair)
      end(pair.device)
      end(pair.service)
    }
  }

  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return pairs.size
    },
    delay(ms) {
      delayMs = ms
    },
    drop: () => endAll((socket) => socket.destroy()),
    reset: () => endAll((socket) => socket.resetAndDestroy()),
    freeze() {
      let count = 0
      for (const pair of pairs) {
        if (pair.frozen) continue
        pair.frozen = true
        count++
      }
      return count
    },
    shut(closed) {
      isShut = closed
    },
    async close() {
      server.close()
      for (const { device, service } of pairs) {
        device.destroy()
        service.destroy()
      }
      pairs.clear()
      if (server.listening) await once(server, 'close')
    },
  }
}

/** False when the other side takes no more for now. What comes on a frozen connection is lost. */
function write(pair: Pair, towards: Socket, chunk: Buffer): boolean {
  return pair.frozen || towards.destroyed || towards.write(chunk)
}
