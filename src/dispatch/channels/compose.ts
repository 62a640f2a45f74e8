/** From a notice to the message for one recipient: short, what, where, how to accept, and nothing that the recipient does not need. */
import type { DeliveryTable, NoticeKind, NoticeTable } from '../../database/tables.js'
import type { IncidentClass, Priority } from '../../model/incident.js'
import type { Place } from '../../model/incident-view.js'
import type { RescueCard } from '../../model/registry.js'
import { asksForAnswer, type Occasion } from './chain.js'
import type { Message } from './channel.js'
import type { Words } from './words.js'

/** What a notice's payload holds, as far as it is read here; more may stand in it. */
export interface NoticePayload {
  incident?: {
    id: string
    number: string
    class: IncidentClass
    priority: Priority
    people: number | null
    drill: boolean
    place: Place | null
  } | null
  equipment?: {
    id: string
    name: string
    rescueCode: string | null
    address: string | null
  } | null
  assignment?: { id: string; party: string | null; partyName?: string } | null
  reason?: string | null
  /** Of the desk's notice that another one has reached nobody: which, and to whom it was. */
  unreached?: { kind: NoticeKind; to: string }
  /** The draft that was made with it, and its page. */
  accidentReport?: { version: number; page: string }
}

export interface Composition {
  notice: NoticeTable
  words: Words
  /** Of the equipment; said only to whoever is sent there. */
  card: RescueCard | null
  /** Where people reach the service, without a slash at the end; `null`: no links. */
  publicUrl: string | null
  /** Where the provider of calls reports what was pressed. */
  callbackFor(delivery: DeliveryTable): string | null
}

/** Reason of the desk's notice that another one has reached nobody. */
export const UNREACHED = 'notice-undelivered'

export function occasionOf(notice: NoticeTable): Occasion & { priority: number } {
  const { incident } = payloadOf(notice)
  const priority = Number((incident?.priority ?? 'P3').slice(1))
  return { kind: notice.kind, urgent: priority <= 1, drill: incident?.drill ?? false, priority }
}

export function payloadOf(notice: NoticeTable): NoticePayload {
  return JSON.parse(notice.payload_json)
}

export function composed(delivery: DeliveryTable, composition: Composition): Message {
  const { notice, words, publicUrl } = composition
  const payload = payloadOf(notice)
  const { incident } = payload
  const drill = incident?.drill ? words.drill : ''
  const { unreached } = payload
  const kind = unreached ? words.unreached(words.kind[unreached.kind], unreached.to) : words.kind[notice.kind]
  const what = incident ? `${words.class[incident.class]} ${incident.priority}` : ''
  const place = placeOf(payload, words)
  const head = [
    what,
    place,
    incident?.people ? words.people(incident.people) : '',
    how(delivery, notice, words),
  ]
  const sentences = [kind, head.filter(Boolean).join(words.comma)].filter(Boolean)
  const number = incident?.number ?? ''
  const spoken = delivery.channel === 'voice'
  const lines = spoken || !isSent(notice, payload) ? [] : cardLines(composition.card, words)
  const tail = spoken || number === '' ? [] : [number]
  return {
    noticeId: notice.id,
    deliveryId: delivery.id,
    address: delivery.address ?? '',
    title: `${drill}${[kind, what, place].filter(Boolean).join(words.comma)}`.slice(0, 200),
    text: `${drill}${[...sentences, ...lines, ...tail].join(words.stop)}`,
    parts: { what, place, number },
    link:
      publicUrl !== null && incident
        ? `${publicUrl}${payload.accidentReport?.page ?? `/incidents/${incident.id}`}`
        : null,
    callback: spoken && asksForAnswer(notice.kind) ? composition.callbackFor(delivery) : null,
    body: bodyOf(notice),
  }
}

/** What machines get: the notice whole. Telephone numbers of callers are for the desk and those who are sent. */
function bodyOf(notice: NoticeTable): string {
  const payload: Record<string, unknown> = JSON.parse(notice.payload_json)
  if (notice.party !== null && !isSent(notice, payloadOf(notice))) delete payload.callers
  return JSON.stringify({
    id: notice.id,
    kind: notice.kind,
    party: notice.party,
    ...(notice.role !== null && { role: notice.role }),
    at: new Date(notice.created_at).toISOString(),
    ...payload,
  })
}

/** The party goes there itself. */
function isSent({ party, role }: NoticeTable, { assignment }: NoticePayload): boolean {
  return party !== null && role === null && assignment?.party === party
}

function placeOf({ incident, equipment }: NoticePayload, words: Words): string {
  if (!equipment) return incident?.place?.text ?? ''
  const { name, rescueCode, address } = equipment
  return [name, rescueCode && words.rescueCode(rescueCode), address].filter(Boolean).join(words.comma)
}

function how({ channel }: DeliveryTable, { kind }: NoticeTable, { how: say }: Words): string {
  const byKey = channel === 'voice'
  switch (kind) {
    case 'assignment-offered':
      return byKey ? say.offeredByKey : say.offered
    case 'check-call':
      return byKey ? say.checkCallByKey : say.checkCall
    default:
      return ''
  }
}

function cardLines(card: RescueCard | null, words: Words): string[] {
  if (card === null) return []
  return (Object.entries(words.card) as [keyof Words['card'], string][]).flatMap(([name, label]) =>
    card[name] ? [`${label}: ${card[name]}`] : [],
  )
}
