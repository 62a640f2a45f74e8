/**
 * Sparkplug B as the intake speaks it: topics, what a node's message comes to, and the few messages that a host sends,
 * the rebirth command and its own STATE, as 3.0 and as 2.2 have it.
 */
import protobuf from 'protobufjs/minimal.js'
import type { Rejection } from '../model/reading.js'

/** What nodes report. */
const REPORTS = ['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH'] as const
export type SparkplugReport = (typeof REPORTS)[number]

/** Commands are what a host sends. */
export type SparkplugVerb = SparkplugReport | 'NCMD' | 'DCMD'

export interface SparkplugTopic {
  group: string
  verb: SparkplugVerb
  edge: string
  /** The equipment, or `null` for the node itself. */
  device: string | null
}

export interface SparkplugOutcome {
  /** In order; `device` is `null` for the node's own metrics. Payloads as on `teshe/v1/{id}/telemetry`. */
  parts: { device: string | null; payload: Uint8Array }[]
  /** Devices that came or went. */
  born: string[]
  died: string[]
  /** True when the node must be sent `rebirthCommand`. */
  rebirth: boolean
  /** A sequence number is missing: a message of the node was lost. */
  gap: boolean
}

export interface SparkplugNode {
  /** Takes one message. `arrival` is ms since 1970; nothing that comes is thrown. */
  take(
    verb: SparkplugReport,
    device: string | null,
    payload: Uint8Array,
    arrival: number,
  ): SparkplugOutcome | Rejection
}

const NAMESPACE = 'spBv1.0'
const verbs: ReadonlySet<string> = new Set([...REPORTS, 'NCMD', 'DCMD'])

/** A topic of a node or of one of its devices, or `null` for every other. */
export function parseSparkplugTopic(topic: string): SparkplugTopic | null {
  const [namespace, group, verb, edge, device, ...rest] = topic.split('/')
  if (namespace !== NAMESPACE || !group || !isVerb(verb) || !edge || rest.length > 0) return null
  // A device's command names it too; a node's never does.
  if (verb.startsWith('D') !== (device !== undefined) || device === '') return null
  return { group, verb, edge, device: device ?? null }
}

/** "Node Control/Rebirth" = true, at `at` (ms since 1970). A command carries no sequence number. */
export function rebirthCommand(at: number): Uint8Array {
  const BOOLEAN = 11
  const writer = protobuf.Writer.create()
  writer.uint32(0x08).uint64(at)
  writer.uint32(0x12).fork()
  writer.uint32(0x0a).string('Node Control/Rebirth')
  writer.uint32(0x18).uint64(at)
  writer.uint32(0x20).uint32(BOOLEAN)
  writer.uint32(0x70).bool(true)
  return writer.ldelim().finish()
}

/** Where our state as a host stands, retained: in 3.0, and in 2.2. */
export function stateTopics(host: string): readonly [string, string] {
  return [`${NAMESPACE}/STATE/${host}`, `STATE/${host}`]
}

/** Our state on one of `stateTopics`, at `at` (ms since 1970), in the words of that topic's version. */
export function stateMessage(
  topic: string,
  online: boolean,
  at: number,
): { topic: string; payload: Uint8Array } {
  if (topic.startsWith(NAMESPACE)) {
    return { topic, payload: Buffer.from(JSON.stringify({ online, timestamp: at })) }
  }
  return { topic, payload: Buffer.from(online ? 'ONLINE' : 'OFFLINE') }
}

function isVerb(verb: string | undefined): verb is SparkplugVerb {
  return verb !== undefined && verbs.has(verb)
}
