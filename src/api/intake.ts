/**
 * Why is this device not seen: which log-ins speak for an equipment, what they did and what was refused of it, what could
 * not be read, and how its clock stands. And the same for everybody together.
 */
import type { Static } from 'typebox'
import type { IntakeTally } from '../broker/messages.js'
import type { DeviceTally, Offender as WorstLogin } from '../broker/standing.js'
import type { ClockView } from '../codecs/time.js'
import type { Latest } from '../live/latest.js'
import type { RecentRejection, RecentRejections } from '../live/rejections.js'
import type { Viewer } from '../model/viewer.js'
import type { EquipmentBook } from '../registry/equipment.js'
import type { GatewayBook } from '../registry/gateways.js'
import type { EquipmentIntake, IntakeOverview, LoginIntake, Offender } from './intake-schemas.js'
import type { Call } from './route.js'
import type { EquipmentParams } from './schemas.js'
import { iso, isoOrNull } from './times.js'

const MOST_OFFENDERS = 20
const MOST_UNREADABLE = 5

export interface IntakeOptions {
  equipment: Pick<EquipmentBook, 'get'>
  gateways: Pick<GatewayBook, 'boundTo'>
  latest: Pick<Latest, 'state'>
  rejections: Pick<RecentRejections, 'of'>
  /** What a log-in did since the start. */
  tally: (username: string) => Promise<IntakeTally>
  offenders: (limit: number) => Promise<WorstLogin[]>
  /** `null` while the rules do not know the equipment. */
  clock: (equipmentId: string) => Promise<ClockView | null>
  overview: () => Omit<IntakeOverview, 'since' | 'offenders'>
  /** ms since 1970: counts begin here. */
  since: number
}

export function createIntakeHandlers(options: IntakeOptions) {
  const { equipment, gateways, latest, rejections, tally, offenders, clock, overview } = options
  const since = iso(options.since)

  async function loginsOf(id: string, viewer: Viewer) {
    const bound = await gateways.boundTo(id, viewer)
    const device = viewLogin({ username: id, kind: 'device', name: null }, await tally(id))
    const others = bound.gateways.map(async ({ username, name }) =>
      viewLogin({ username, kind: 'gateway', name }, await tally(username)),
    )
    return { logins: [device, ...(await Promise.all(others))], otherGateways: bound.others }
  }

  return {
    async ofEquipment({ params, viewer }: Call<Static<typeof EquipmentParams>>): Promise<EquipmentIntake> {
      const { id } = await equipment.get(params.id, viewer)
      const [{ logins, otherGateways }, time] = await Promise.all([loginsOf(id, viewer), clock(id)])
      const known = latest.state(id)
      // What a gateway sent may name the equipment of others: its own company and the desk see it.
      const unreadable = logins.flatMap(({ username, kind }) =>
        rejections
          .of(username)
          .map((rejection) => viewRejection(rejection, kind === 'device' ? null : username)),
      )
      return {
        id,
        since,
        online: known?.online ?? false,
        lastMessageAt: isoOrNull(known?.arrival),
        logins,
        otherGateways,
        unreadable: unreadable.sort((a, b) => b.at.localeCompare(a.at)).slice(0, MOST_UNREADABLE),
        clock: time && viewClock(time),
      }
    },

    async overview(): Promise<IntakeOverview> {
      const worst = await offenders(MOST_OFFENDERS)
      return { since, ...overview(), offenders: worst.map(viewOffender) }
    },
  }
}

function viewLogin(
  login: Pick<LoginIntake, 'username' | 'kind' | 'name'>,
  { connections, tally }: IntakeTally,
): LoginIntake {
  return { ...login, connections, ...viewTally(tally) }
}

function viewOffender({ username, kind, tally }: WorstLogin): Offender {
  return { username, kind, ...viewTally(tally) }
}

/** `null`: not heard of since the start. */
function viewTally(tally: DeviceTally | null): Omit<Offender, 'username' | 'kind'> {
  const last = tally?.lastRefusal ?? null
  return {
    address: tally?.address || null,
    connectedAt: isoOrNull(tally?.connectedAt),
    lastMessageAt: isoOrNull(tally?.lastMessageAt),
    messages: tally?.messages ?? 0,
    bytes: tally?.bytes ?? 0,
    redelivered: tally?.redelivered ?? 0,
    slowed: { messages: tally?.slowed ?? 0, ms: Math.round(tally?.slowedMs ?? 0) },
    unreadable: tally?.unreadable ?? 0,
    refused: { ...tally?.refused },
    lastRefusal: last && { ...last, at: iso(last.at) },
  }
}

function viewRejection(
  { at, reason, detail, head }: RecentRejection,
  login: string | null,
): EquipmentIntake['unreadable'][number] {
  return { at: iso(at), login, reason, detail, head }
}

function viewClock({ offset, known, lag, fault, ahead, ancient }: ClockView): EquipmentIntake['clock'] {
  return { offsetMs: offset, known, lagMs: lag, fault, ahead, ancient }
}
