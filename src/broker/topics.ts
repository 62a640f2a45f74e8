/** Which topic says what. A device speaks on its own topics only. */

const PREFIX = 'teshe/v1/'

export type Destination =
  | { at: 'telemetry' | 'event' | 'status' }
  /** Under the device's own name, but nothing that we read. */
  | { at: 'unreadable' }
  | { at: 'foreign' }

const FOREIGN: Destination = { at: 'foreign' }
const UNREADABLE: Destination = { at: 'unreadable' }
// A map, because a device may write anything behind its id, `constructor` and `__proto__` included.
const OWN: ReadonlyMap<string, Destination> = new Map([
  ['telemetry', { at: 'telemetry' }],
  ['event', { at: 'event' }],
  ['status', { at: 'status' }],
])

/** Where a message that `equipmentId` publishes on `topic` belongs. */
export function destinationOf(topic: string, equipmentId: string): Destination {
  const own = PREFIX.length + equipmentId.length
  if (!topic.startsWith(PREFIX) || !topic.startsWith(equipmentId, PREFIX.length) || topic[own] !== '/')
    return FOREIGN
  return OWN.get(topic.slice(own + 1)) ?? UNREADABLE
}

export function commandTopic(equipmentId: string): string {
  return `${PREFIX}${equipmentId}/command`
}
