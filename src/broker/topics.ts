/** Which topic says what. A log-in speaks on the topics of its own equipment only; whatever else is foreign. */
import {
  parseSparkplugTopic,
  type SparkplugReport,
  type SparkplugTopic,
  stateTopics,
} from '../codecs/sparkplug.js'
import { isEquipmentId } from '../model/equipment.js'

const OWN_PREFIX = 'teshe/v1/'
const DEVICE_API = 'v1/devices/me/'
const GATEWAY_API = 'v1/gateway/'
const SPARKPLUG = 'spBv1.0/'

export type OwnKind = 'telemetry' | 'event' | 'status'

export type Destination =
  /** A record with the payload as it came. */
  | { at: 'record'; kind: OwnKind; equipment: string }
  /** ThingsBoard's gateway API: one message about many devices. */
  | { at: 'gateway'; what: 'telemetry' | 'attributes' | 'connect' | 'disconnect' }
  /** A Sparkplug B message; `device` is null where the edge node speaks of itself. */
  | ({ at: 'sparkplug'; verb: SparkplugReport } & SparkplugTopic)
  /** Asks for an answer on `reply`. */
  | { at: 'request'; reply: string }
  /** Part of a dialect, and nothing that we keep. */
  | { at: 'ignored' }
  /** Under the log-in's own name, but nothing that we read. */
  | { at: 'unreadable' }
  | { at: 'foreign' }

/** Whose topics they are. */
export interface Speaker {
  readonly kind: 'device' | 'gateway' | 'uplink'
  readonly username: string
  /** The ids that it may speak for; null: any. */
  readonly equipment: ReadonlySet<string> | null
}

const FOREIGN: Destination = { at: 'foreign' }
const UNREADABLE: Destination = { at: 'unreadable' }
const IGNORED: Destination = { at: 'ignored' }

export function speaksFor({ equipment }: Speaker, id: string): boolean {
  return equipment === null ? isEquipmentId(id) : equipment.has(id)
}

/** Where a message that `speaker` publishes on `topic` belongs. */
export function destinationOf(topic: string, speaker: Speaker): Destination {
  if (topic.startsWith(OWN_PREFIX)) return ownTopic(topic, speaker)
  if (topic.startsWith(DEVICE_API)) return deviceApi(topic.slice(DEVICE_API.length), speaker)
  if (topic.startsWith(GATEWAY_API)) return gatewayApi(topic.slice(GATEWAY_API.length), speaker)
  if (topic.startsWith(SPARKPLUG)) return sparkplug(topic, speaker)
  return FOREIGN
}

function ownTopic(topic: string, speaker: Speaker): Destination {
  const end = topic.indexOf('/', OWN_PREFIX.length)
  const equipment = topic.slice(OWN_PREFIX.length, end)
  if (end < 0 || !speaksFor(speaker, equipment)) return FOREIGN
  const what = topic.slice(end + 1)
  switch (what) {
    case 'telemetry':
    case 'event':
    case 'status':
      return { at: 'record', kind: what, equipment }
    default:
      return UNREADABLE
  }
}

/** "Me" is known only where a device has logged in for itself; of itself a gateway may talk, and nobody listens. */
function deviceApi(what: string, { kind, username }: Speaker): Destination {
  if (kind === 'uplink') return FOREIGN
  if (kind === 'gateway') return IGNORED
  // Attributes are values without a time of their own.
  if (what === 'telemetry' || what === 'attributes')
    return { at: 'record', kind: 'telemetry', equipment: username }
  const request = 'attributes/request/'
  if (what.startsWith(request))
    return { at: 'request', reply: `${DEVICE_API}attributes/response/${what.slice(request.length)}` }
  if (what.startsWith('rpc/response/') || what.startsWith('rpc/request/') || what === 'claim') return IGNORED
  return UNREADABLE
}

function gatewayApi(what: string, { kind }: Speaker): Destination {
  if (kind === 'device') return FOREIGN
  switch (what) {
    case 'telemetry':
    case 'attributes':
    case 'connect':
    case 'disconnect':
      return { at: 'gateway', what }
    case 'attributes/request':
    case 'rpc':
    case 'claim':
      return IGNORED
    default:
      return UNREADABLE
  }
}

/** An edge node speaks under its own log-in's name, so that nobody continues the sequence of another. */
function sparkplug(topic: string, { kind, username }: Speaker): Destination {
  const parsed = parseSparkplugTopic(topic)
  // What a host says, we among them, comes back from an outside broker.
  if (kind === 'uplink' && (parsed ? parsed.verb.endsWith('CMD') : topic.startsWith(`${SPARKPLUG}STATE/`)))
    return IGNORED
  if (!parsed || (kind !== 'uplink' && parsed.edge !== username)) return FOREIGN
  const { verb } = parsed
  return verb === 'NCMD' || verb === 'DCMD' ? FOREIGN : { at: 'sparkplug', ...parsed, verb }
}

export function commandTopic(equipment: string): string {
  return `${OWN_PREFIX}${equipment}/command`
}

export const DEVICE_RPC_TOPIC = `${DEVICE_API}rpc/request/+`

/** What a log-in may listen to: what we say to it and its own equipment, and whether we are there. */
export function maySubscribe(topic: string, speaker: Speaker, hostId: string): boolean {
  if (topic.startsWith(OWN_PREFIX)) {
    const id = topic.slice(OWN_PREFIX.length, -'/command'.length)
    return topic.endsWith('/command') && speaksFor(speaker, id)
  }
  if (topic.startsWith(DEVICE_API)) return speaker.kind !== 'uplink'
  if (topic.startsWith(GATEWAY_API)) return speaker.kind === 'gateway'
  return isStateTopic(topic, hostId) || isOwnSparkplugCommand(topic, speaker)
}

/** Sparkplug nodes ask for every host's state or for ours. */
export function isStateTopic(topic: string, hostId: string): boolean {
  return stateTopics(hostId).includes(topic) || stateTopics('+').includes(topic)
}

function isOwnSparkplugCommand(topic: string, speaker: Speaker): boolean {
  const [namespace, , verb, edge, device, more] = topic.split('/')
  if (`${namespace}/` !== SPARKPLUG || edge !== speaker.username || more !== undefined) return false
  return verb === 'NCMD' ? device === undefined || device === '#' : verb === 'DCMD' && device !== ''
}
