/**
 * The two halves of a broker that this one does not have: forwarding and kept sessions. Messages of devices are
 * delivered to nobody; what we say ourselves goes to the one device that subscribed to its own command topic.
 */
import { Readable } from 'node:stream'

/** A packet as aedes hands it around inside. */
interface InnerPacket {
  topic: string
  /** Set by aedes on what a client published. */
  clientId?: string
}
type Deliver = (packet: InnerPacket, done: () => void) => void

/** Stands in for mqemitter: exact topics only, and nothing that a client published. */
export function createCommandEmitter() {
  const listenersByTopic = new Map<string, Set<Deliver>>()
  return {
    current: 0,
    concurrency: 0,
    on(topic: string, deliver: Deliver, done?: () => void) {
      const set = listenersByTopic.get(topic) ?? new Set()
      listenersByTopic.set(topic, set)
      set.add(deliver)
      if (done) setImmediate(done)
      return this
    },
    removeListener(topic: string, deliver: Deliver, done?: () => void) {
      const set = listenersByTopic.get(topic)
      set?.delete(deliver)
      if (set?.size === 0) listenersByTopic.delete(topic)
      if (done) setImmediate(done)
      return this
    },
    emit(packet: InnerPacket, done?: () => void) {
      const listeners = packet.clientId === undefined ? listenersByTopic.get(packet.topic) : undefined
      if (listeners) for (const deliver of listeners) deliver(packet, () => {})
      done?.()
      return this
    },
    close(done?: () => void) {
      listenersByTopic.clear()
      done?.()
    },
    listens: (topic: string) => listenersByTopic.has(topic),
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
