/**
 * One Sparkplug B edge node as a gateway of equipment: its births, data and deaths in, readings of our own JSON and who
 * came or went out. Speaks 2.2 and 3.0. The table of a birth is needed to read what follows, so one of these belongs to
 * one node and sees its messages in order; it survives the node's reconnects, so that a late will is told from a new one.
 */
import type { Rejection } from '../model/reading.js'
import { isRejection, reject } from './json.js'
import type { SparkplugNode, SparkplugOutcome, SparkplugReport } from './sparkplug.js'
import {
  bdSeqOf,
  createSparkplugCounts,
  learnMetrics,
  type MetricTable,
  readMetrics,
  type SparkplugCounts,
} from './sparkplug-metrics.js'
import { readSparkplug, type WirePayload } from './sparkplug-wire.js'

/** Devices of one node. */
export const MAX_NODE_DEVICES = 1000
/** Metrics that are remembered of one node and its devices. */
export const MAX_NODE_METRICS = 20_000

/** A node is asked again so late (ms) when no birth follows: commands are QoS 0 and may be lost. */
const ASK_AGAIN_MS = 60_000
/** And not sooner than this (ms) after a birth, or a node whose births are wrong would do nothing but repeat them. */
const ASK_AFTER_BIRTH_MS = 10_000

/** `counts` is where set-aside things are counted; many nodes share one. */
export function createSparkplugNode({
  counts = createSparkplugCounts(),
}: {
  counts?: SparkplugCounts
} = {}): SparkplugNode {
  const tableByDevice = new Map<string, MetricTable>()
  let own: MetricTable | null = null
  let bdSeq: number | null = null
  let nextSeq: number | null = null
  let askedAt: number | null = null
  let bornSinceAsked = false

  function room(): number {
    let known = own ? sizeOf(own) : 0
    for (const table of tableByDevice.values()) known += sizeOf(table)
    return MAX_NODE_METRICS - known
  }

  /** True when a message before this one is missing. */
  function follow({ seq }: WirePayload): boolean {
    if (own === null || seq === null) return false
    const gap = nextSeq !== null && seq !== nextSeq
    nextSeq = (seq + 1) % 256
    if (gap) counts['sequence-gap']++
    return gap
  }

  function ask(wanted: boolean, arrival: number): boolean {
    if (!wanted) return false
    const wait = bornSinceAsked ? ASK_AFTER_BIRTH_MS : ASK_AGAIN_MS
    if (askedAt !== null && arrival - askedAt < wait) return false
    askedAt = arrival
    bornSinceAsked = false
    return true
  }

  function nodeBirth(wire: WirePayload): SparkplugOutcome {
    tableByDevice.clear()
    own = null
    own = learnMetrics(wire.metrics, room(), counts)
    bdSeq = bdSeqOf(wire)
    nextSeq = wire.seq === null ? null : (wire.seq + 1) % 256
    bornSinceAsked = true
    return { ...nothing(), parts: partsOf(null, readMetrics(wire, own, counts).payloads) }
  }

  function deviceBirth(device: string, wire: WirePayload, arrival: number): SparkplugOutcome | Rejection {
    const gap = follow(wire)
    tableByDevice.delete(device)
    if (tableByDevice.size >= MAX_NODE_DEVICES) return reject('too-many-devices', device)
    const table = learnMetrics(wire.metrics, room(), counts)
    tableByDevice.set(device, table)
    const parts = partsOf(device, readMetrics(wire, table, counts).payloads)
    return { ...nothing(), parts, born: [device], gap, rebirth: ask(gap || own === null, arrival) }
  }

  function data(device: string | null, wire: WirePayload, arrival: number): SparkplugOutcome {
    const gap = follow(wire)
    const table = device === null ? own : (tableByDevice.get(device) ?? null)
    const unborn = own === null || table === null
    if (unborn) counts['before-birth']++
    if (wire.metrics.length === 0) counts.empty++
    // A metric that carries its name and its value's meaning needs no birth to be read.
    const { payloads, unknown } = readMetrics(wire, table, counts)
    const rebirth = ask(gap || unborn || unknown, arrival)
    return { ...nothing(), parts: partsOf(device, payloads), gap, rebirth }
  }

  function nodeDeath(wire: WirePayload): SparkplugOutcome {
    const ended = bdSeqOf(wire)
    if (own !== null && bdSeq !== null && ended !== null && ended !== bdSeq) {
      counts['stale-death']++
      return nothing()
    }
    const died = [...tableByDevice.keys()]
    tableByDevice.clear()
    own = null
    nextSeq = null
    return { ...nothing(), died }
  }

  function deviceDeath(device: string, wire: WirePayload, arrival: number): SparkplugOutcome {
    const gap = follow(wire)
    tableByDevice.delete(device)
    return { ...nothing(), died: [device], gap, rebirth: ask(gap, arrival) }
  }

  return {
    take(verb, device, payload, arrival) {
      const wire = readSparkplug(payload)
      if (isRejection(wire)) return wire
      switch (verb) {
        case 'NBIRTH':
          return nodeBirth(wire)
        case 'NDATA':
          return data(null, wire, arrival)
        case 'NDEATH':
          return nodeDeath(wire)
        case 'DBIRTH':
          return device === null ? noDevice(verb) : deviceBirth(device, wire, arrival)
        case 'DDATA':
          return device === null ? noDevice(verb) : data(device, wire, arrival)
        case 'DDEATH':
          return device === null ? noDevice(verb) : deviceDeath(device, wire, arrival)
      }
    },
  }
}

function sizeOf({ typeByName, nameByAlias }: MetricTable): number {
  return Math.max(typeByName.size, nameByAlias.size)
}

function nothing(): SparkplugOutcome {
  return { parts: [], born: [], died: [], rebirth: false, gap: false }
}

function partsOf(device: string | null, payloads: readonly Uint8Array[]): SparkplugOutcome['parts'] {
  return payloads.map((payload) => ({ device, payload }))
}

function noDevice(verb: SparkplugReport): Rejection {
  return reject('topic-unknown', `${verb} names no device`)
}
