/**
 * Seam: the bus tells others that something changed. It never carries the truth itself: whoever misses a message
 * reads the database or the journal. In one process it is this file; in a cluster it will be NATS subjects.
 */

/** Every topic of the bus and what it carries. */
export interface BusTopics {
  /** An incident or its assignments changed; readers fetch it. */
  incident: { id: string; version: number }
  /** A device's or gateway's log-in changed or ended; the gateway thread fetches it. `cut`: open connections end too. */
  credential: { username: string; cut: boolean }
  /** An equipment was registered or changed. */
  equipment: { id: string }
  /** A person's session ended or their rights changed; their sockets are cut. */
  account: { userId: string }
  /** A deadline was written that may come due before the sleeper wakes. */
  deadline: { dueAt: number }
  /** A notice waits to be sent. */
  notice: { id: string }
  /** The outbox holds records for the journal. */
  outbox: Record<string, never>
}
export type BusTopic = keyof BusTopics

export interface Bus {
  publish<T extends BusTopic>(topic: T, message: BusTopics[T]): void
  /** Returns what ends the subscription. A listener that throws is the listener's bug and surfaces as an uncaught error. */
  subscribe<T extends BusTopic>(topic: T, listener: (message: BusTopics[T]) => void): () => void
}

/** The bus of one process: listeners are called in turn, after the publisher has returned. */
export function createLocalBus(): Bus {
  const listeners = new Map<BusTopic, Set<(message: never) => void>>()
  return {
    publish(topic, message) {
      for (const listener of listeners.get(topic) ?? []) queueMicrotask(() => listener(message as never))
    },
    subscribe(topic, listener) {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set)
      set.add(listener)
      return () => set.delete(listener)
    },
  }
}
