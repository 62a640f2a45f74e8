/**
 * Dialects that are bound to a session, resolved: a message that names several devices, or whose names were agreed on
 * before, becomes one record per equipment. Who comes and goes by it is told to the sessions.
 */
import { isRejection } from '../codecs/json.js'
import { rebirthCommand, type SparkplugOutcome } from '../codecs/sparkplug.js'
import { createSparkplugNode } from '../codecs/sparkplug-node.js'
import { deviceNamed, splitGatewayMessage } from '../codecs/thingsboard.js'
import type { Rejection } from '../model/reading.js'
import type { GatewayStats } from './messages.js'
import type { Session } from './sessions.js'
import { type Destination, speaksFor } from './topics.js'

/** Edge nodes remembered for one log-in: a gateway is one, in a group or two; behind an outside broker are many. */
const MAX_NODES = { device: 4, gateway: 4, uplink: 10_000 } as const

/** One record to be. */
export interface Part {
  equipment: string
  payload: Uint8Array
}

export interface DialectOptions {
  stats: GatewayStats
  join: (session: Session, equipment: string) => void
  leave: (session: Session, equipment: string) => void
  onRejected: (session: Session, rejection: Rejection, payload: Uint8Array) => void
}

type GatewayDestination = Extract<Destination, { at: 'gateway' }>
type SparkplugDestination = Extract<Destination, { at: 'sparkplug' }>

export interface Dialects {
  /** ThingsBoard's gateway API. */
  gateway(session: Session, destination: GatewayDestination, payload: Uint8Array): Part[]
  sparkplug(session: Session, destination: SparkplugDestination, payload: Uint8Array, arrival: number): Part[]
}

export function createDialects({ stats, join, leave, onRejected }: DialectOptions): Dialects {
  /** Only the parts about equipment that the log-in may speak for; the rest is counted and costs the others nothing. */
  function bound(session: Session, parts: readonly Part[], payload: Uint8Array): Part[] {
    return parts.filter(({ equipment }) => {
      if (speaksFor(session, equipment)) return true
      onRejected(session, { reason: 'device-unbound', detail: equipment.slice(0, 64) }, payload)
      return false
    })
  }

  function sparkplugParts(
    session: Session,
    { group, edge }: SparkplugDestination,
    outcome: SparkplugOutcome,
    payload: Uint8Array,
    arrival: number,
  ): Part[] {
    if (outcome.rebirth) {
      stats.rebirths++
      session.send(`spBv1.0/${group}/NCMD/${edge}`, rebirthCommand(arrival), 0)
    }
    for (const id of outcome.died) leave(session, id)
    for (const id of outcome.born) if (speaksFor(session, id)) join(session, id)
    // What a node says of itself is kept where the node is an equipment.
    const parts = outcome.parts.flatMap(({ device, payload: own }) =>
      device === null && !speaksFor(session, edge) ? [] : [{ equipment: device ?? edge, payload: own }],
    )
    return bound(session, parts, payload)
  }

  return {
    gateway(session, { what }, payload) {
      if (what === 'connect' || what === 'disconnect') {
        const device = deviceNamed(payload)
        if (typeof device !== 'string') onRejected(session, device, payload)
        else if (!speaksFor(session, device))
          onRejected(session, { reason: 'device-unbound', detail: device.slice(0, 64) }, payload)
        else if (what === 'connect') join(session, device)
        else leave(session, device)
        return []
      }
      const split = splitGatewayMessage(payload)
      if (!Array.isArray(split)) {
        onRejected(session, split, payload)
        return []
      }
      const parts = split.map(({ device, payload: own }) => ({ equipment: device, payload: own }))
      return bound(session, parts, payload)
    },
    sparkplug(session, destination, payload, arrival) {
      const name = `${destination.group}/${destination.edge}`
      let node = session.nodes.get(name)
      if (!node) {
        if (session.nodes.size >= MAX_NODES[session.kind]) {
          onRejected(session, { reason: 'too-many-devices', detail: name.slice(0, 64) }, payload)
          return []
        }
        node = createSparkplugNode({ counts: stats.sparkplug })
        session.nodes.set(name, node)
      }
      const outcome = node.take(destination.verb, destination.device, payload, arrival)
      if (!isRejection(outcome)) return sparkplugParts(session, destination, outcome, payload, arrival)
      onRejected(session, outcome, payload)
      return []
    },
  }
}
