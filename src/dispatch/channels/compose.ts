/** From a notice to the message for one recipient: short, what, where, how to accept, made of what that recipient sees. */
import type { DeliveryTable, NoticeTable } from '../../database/tables.js'
import type { RescueCard } from '../../model/registry.js'
import { isVulnerable } from '../../model/vulnerable.js'
import { asksForAnswer } from './chain.js'
import type { Message } from './channel.js'
import { readerOf, type Said, type Shown, shownTo } from './need-to-know.js'
import { payloadOf } from './payload.js'
import type { Words } from './words.js'

export interface Composition {
  notice: NoticeTable
  words: Words
  /** Of the equipment. */
  card: RescueCard | null
  /** Of the incident; `null`: it is about none. */
  said: Said | null
  /** Where people reach the service, without a slash at the end; `null`: no links. */
  publicUrl: string | null
  /** Where the provider of calls reports what was pressed. */
  callbackFor(delivery: DeliveryTable): string | null
}

/** So many numbers of callers stand in a text. */
const MOST_CALLERS = 2

export function composed(delivery: DeliveryTable, composition: Composition): Message {
  const { notice, words, publicUrl, card, said } = composition
  const shown = shownTo(readerOf(notice), { payload: payloadOf(notice), card, said })
  const { incident, unreached } = shown
  const drill = incident?.drill ? words.drill : ''
  const kind = unreached ? words.unreached(words.kind[unreached.kind], unreached.to) : words.kind[notice.kind]
  const what = incident ? `${words.class[incident.class]} ${incident.priority}` : ''
  const place = placeOf(shown, words)
  const number = incident?.number ?? ''
  const spoken = delivery.channel === 'voice'
  const head = [
    what,
    place,
    rosterOf(shown, words),
    incident?.people ? words.people(incident.people) : '',
    ...conditionsOf(shown, words),
    ...carOf(shown, words),
    how(delivery, notice, words),
  ]
  // Nobody writes down what is said in a call.
  const written = spoken ? [] : [...callersOf(shown, words), ...cardOf(shown, words), number]
  const sentences = [kind, head.filter(Boolean).join(words.comma), ...written].filter(Boolean)
  return {
    noticeId: notice.id,
    deliveryId: delivery.id,
    address: delivery.address ?? '',
    title: `${drill}${[kind, what, place].filter(Boolean).join(words.comma)}`.slice(0, 200),
    text: `${drill}${sentences.join(words.stop)}`,
    parts: { what, place, number },
    link:
      publicUrl !== null && incident
        ? `${publicUrl}${shown.accidentReport?.page ?? `/incidents/${incident.id}`}`
        : null,
    callback: spoken && asksForAnswer(notice.kind) ? composition.callbackFor(delivery) : null,
    body: JSON.stringify({
      id: notice.id,
      kind: notice.kind,
      party: notice.party,
      ...(notice.role !== null && { role: notice.role }),
      at: new Date(notice.created_at).toISOString(),
      ...shown,
    }),
  }
}

function placeOf({ incident, equipment }: Shown, words: Words): string {
  if (!equipment) return incident?.place?.text ?? ''
  const { name, rescueCode, address } = equipment
  return [name, rescueCode && words.rescueCode(rescueCode), address].filter(Boolean).join(words.comma)
}

function rosterOf({ organisationName, beginsAt }: Shown, words: Words): string {
  return organisationName && beginsAt ? words.roster(organisationName, beginsAt) : ''
}

function conditionsOf({ condition = [] }: Shown, words: Words): string[] {
  return condition.map((said) => (isVulnerable(said) ? words.condition[said] : said))
}

function carOf({ car = {} }: Shown, words: Words): string[] {
  return [
    car.floorShown ? words.floorShown(car.floorShown) : '',
    car.smoke ? words.car.smoke : '',
    car.water ? words.car.water : '',
  ]
}

function callersOf({ callers = [] }: Shown, words: Words): string[] {
  const phones = [...new Set(callers.flatMap(({ phone }) => phone ?? []))]
  // Whoever rang last is the likeliest to answer.
  return phones.length === 0 ? [] : [words.callers(phones.slice(-MOST_CALLERS).reverse())]
}

function cardOf({ card }: Shown, words: Words): string[] {
  if (!card) return []
  return (Object.entries(words.card) as [keyof Words['card'], string][]).flatMap(([name, label]) =>
    card[name] ? [`${label}: ${card[name]}`] : [],
  )
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
