/**
 * What the API says of log-ins, gateways, claims and the intake, as far as screens read it. Times are ISO 8601; a test
 * holds these shapes to the schemas of the service.
 */
import type { EquipmentKind } from '../../../src/model/equipment.js'

export interface Credentials {
  username: string
  password: string
  /** When the secret before stops working; `null`: it has stopped. */
  previousUntil: string | null
}

export interface GatewaySummary {
  username: string
  name: string
  organisationId: string | null
  revoked: boolean
}

export interface Gateway extends GatewaySummary {
  /** Ids of what it speaks for. */
  equipment: string[]
}

export interface Claim {
  username: string
  address: string
  firstSeen: string
  lastSeen: string
  tries: number
  /** Two secrets were presented under one name: nobody can tell which is the device. */
  contested: boolean
}

export interface Admission {
  kind: EquipmentKind
  name: string
}

export type Counts = Record<string, number>

export interface LoginFigures {
  username: string
  kind: 'device' | 'gateway'
  address: string | null
  connectedAt: string | null
  lastMessageAt: string | null
  messages: number
  bytes: number
  redelivered: number
  slowed: { messages: number; ms: number }
  unreadable: number
  refused: Counts
  lastRefusal: { what: string; at: string; detail: string } | null
}

export interface LoginIntake extends LoginFigures {
  name: string | null
  connections: number
}

export interface Unreadable {
  at: string
  /** The gateway that sent it; `null`: the device itself. */
  login: string | null
  reason: string
  detail: string
  /** How the payload begins, a character for each byte. */
  head: string
}

export interface DeviceClock {
  /** By which our clock is ahead of the device's. */
  offsetMs: number
  known: boolean
  lagMs: number | null
  fault: 'ahead' | 'ancient' | null
  ahead: number
  ancient: number
}

export interface EquipmentIntake {
  id: string
  since: string
  online: boolean
  lastMessageAt: string | null
  logins: LoginIntake[]
  otherGateways: number
  unreadable: Unreadable[]
  clock: DeviceClock | null
}

export interface Uplink {
  connected: boolean
  since: string
  messages: number
  inFlight: number
  offeredAgain: number
  freshSessions: number
  refused: Counts
  error: string | null
}

export interface IntakeOverview {
  since: string
  connections: number
  received: Counts
  bytes: number
  stored: number
  redelivered: number
  droppedQos0: number
  slowed: { messages: number; ms: number }
  refused: Counts
  unreadable: Counts
  setAside: Counts
  journal: { status: string; reason: string | null; bytes: number; budgetBytes: number }
  rules: { lagMs: number }
  history: {
    store: string
    lagMs: number
    backlogRecords: number
    drainSeconds: number | null
    error: string | null
  }
  uplink: Uplink | null
  offenders: LoginFigures[]
}
