/**
 * Sparkplug B topics, and the few messages that a host sends: the rebirth command and its own STATE, each as 3.0 and as
 * 2.2 have it.
 */
import protobuf from 'protobufjs/minimal.js'

export const SPARKPLUG_VERBS = ['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH'] as const
export type SparkplugVerb = (typeof SPARKPLUG_VERBS)[number]

export interface SparkplugTopic {
  group: string
  verb: SparkplugVerb
  edge: string
  /** The equipment, or `null` for the node itself. */
  device: string | null
}

export type SparkplugVersion = '2.2' | '3.0'

/** What a node may subscribe to. Group, edge and host are as the filter names them, so they may be `+`. */
export type SparkplugSubscription =
  | { to: 'command'; group: string; edge: string; device: string | null }
  | { to: 'state'; host: string; version: SparkplugVersion }

const NAMESPACE = 'spBv1.0'
const verbs: ReadonlySet<string> = new Set(SPARKPLUG_VERBS)

/** What a node publishes to, or `null` for every other topic. */
export function parseSparkplugTopic(topic: string): SparkplugTopic | null {
  const [namespace, group, verb, edge, device, ...rest] = topic.split('/')
  if (namespace !== NAMESPACE || !group || !isVerb(verb) || !edge || rest.length > 0) return null
  if (verb.startsWith('D') !== (device !== undefined) || device === '') return null
  return { group, verb, edge, device: device ?? null }
}

/** What a node subscribes to: its commands, those of its devices, the state of its host; `null` for anything else. */
export function parseSparkplugFilter(filter: string): SparkplugSubscription | null {
  const [namespace, group, verb, edge, device, ...rest] = filter.split('/')
  if (namespace === 'STATE') {
    return group && verb === undefined ? { to: 'state', host: group, version: '2.2' } : null
  }
  if (namespace !== NAMESPACE || !group || !verb || rest.length > 0) return null
  if (group === 'STATE') return edge === undefined ? { to: 'state', host: verb, version: '3.0' } : null
  if ((verb !== 'NCMD' && verb !== 'DCMD') || !edge || device === '') return null
  return { to: 'command', group, edge, device: device ?? null }
}

export function rebirthTopic({ group, edge }: { group: string; edge: string }): string {
  return `${NAMESPACE}/${group}/NCMD/${edge}`
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

/** Where our state as a host stands, retained. */
export function stateTopic(version: SparkplugVersion, host: string): string {
  return version === '3.0' ? `${NAMESPACE}/STATE/${host}` : `STATE/${host}`
}

/** Our state as a host, at `at` (ms since 1970). */
export function stateMessage(version: SparkplugVersion, online: boolean, at: number): Uint8Array {
  if (version === '2.2') return Buffer.from(online ? 'ONLINE' : 'OFFLINE')
  return Buffer.from(JSON.stringify({ online, timestamp: at }))
}

function isVerb(verb: string | undefined): verb is SparkplugVerb {
  return verb !== undefined && verbs.has(verb)
}
