/**
 * The two halves of a broker that this one does not have: forwarding and kept sessions. Messages of devices are
 * delivered to nobody; what we say ourselves is written to the one connection that it is for.
 */
import { Readable } from 'node:stream'

/** Stands in for mqemitter: nobody hears anything. aedes waits for each `done`. */
export function createNoEmitter() {
  return {
    current: 0,
    concurrency: 0,
    on(_topic: string, _deliver: unknown, done?: () => void) {
      if (done) setImmediate(done)
      return this
    },
    removeListener(_topic: string, _deliver: unknown, done?: () => void) {
      if (done) setImmediate(done)
      return this
    },
    emit(_packet: unknown, done?: () => void) {
      done?.()
      return this
    },
    close: (done?: () => void) => done?.(),
  }
}

const nothing = Promise.resolve([])

/**
 * Stands in for aedes-persistence: sessions end with the connection, nothing is retained. Only the QoS 2 handshakes of
 * open connections are remembered.
 */
export function createNoSessions() {
  const incomingByClient = new Map<string, Set<number>>()
  return {
    // aedes insists on an async function here.
    setup: async () => await undefined,
    destroy: () => nothing,
    storeRetained: () => nothing,
    createRetainedStream: () => Readable.from([]),
    createRetainedStreamCombi: () => Readable.from([]),
    addSubscriptions: () => nothing,
    removeSubscriptions: () => nothing,
    subscriptionsByClient: () => nothing,
    subscriptionsByTopic: () => nothing,
    countOffline: () => Promise.resolve({ subsCount: 0, clientsCount: 0 }),
    cleanSubscriptions: () => nothing,
    outgoingEnqueue: () => nothing,
    outgoingEnqueueCombi: () => nothing,
    outgoingStream: () => Readable.from([]),
    outgoingUpdate: () => nothing,
    outgoingClearMessageId: () => nothing,
    putWill: () => nothing,
    delWill: () => nothing,
    getWill: () => nothing,
    streamWill: () => Readable.from([]),
    incomingStorePacket(client: { id: string }, packet: { messageId: number }) {
      const ids = incomingByClient.get(client.id) ?? new Set()
      incomingByClient.set(client.id, ids)
      ids.add(packet.messageId)
      return Promise.resolve()
    },
    incomingGetPacket(client: { id: string }, packet: { messageId: number }) {
      const known = incomingByClient.get(client.id)?.has(packet.messageId)
      return known ? Promise.resolve(packet) : Promise.reject(new RangeError('no such packet'))
    },
    incomingDelPacket(client: { id: string }, packet: { messageId: number }) {
      incomingByClient.get(client.id)?.delete(packet.messageId)
      return Promise.resolve()
    },
    cleanIncoming(client: { id: string }) {
      incomingByClient.delete(client.id)
      return Promise.resolve()
    },
  }
}
