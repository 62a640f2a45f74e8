/** All deliveries of a notice as rows, before the first of them is tried: who, by which channel, in which order. */
import type { DeliveryTable, NoticeTable } from '../../database/tables.js'
import type { ChannelName } from '../../model/delivery.js'
import { type Audience, type Occasion, type Step, tracksFor } from './chain.js'

/** Whom a notice goes to. */
export interface Recipient {
  /** Stable within the notice: `contact:…`, `member:…`, `card:…`. */
  key: string
  name: string
  phone: string | null
  email: string | null
  userId: string | null
}

export interface PlannedFor {
  notice: NoticeTable
  occasion: Occasion & { priority: number }
  people: readonly Recipient[]
  channels: ReadonlySet<ChannelName>
  /** Who takes pushes: user ids. */
  subscribed: ReadonlySet<string>
  /** Whether anybody at the desk does, and its mail address. */
  desk: { subscribed: boolean; email: string | null }
  /** ms since 1970. */
  now: number
}

const BY_PHONE_OR_MAIL: readonly ChannelName[] = ['voice', 'sms', 'mail']

export function plannedDeliveries(plan: PlannedFor): DeliveryTable[] {
  const { notice, people, channels } = plan
  const rows = rowsFor(plan, 'system', { key: 'webhook', name: '', phone: null, email: null, userId: null })
  if (notice.party === null && notice.role === null) {
    const { email } = plan.desk
    return [...rows, ...rowsFor(plan, 'desk', { key: 'desk', name: '', phone: null, email, userId: null })]
  }
  rows.push(...people.flatMap((person) => rowsFor(plan, 'person', person)))
  const [first] = BY_PHONE_OR_MAIL.filter((channel) => channels.has(channel))
  // Said as a row, so that it is seen: somebody should have been reached, and nobody is known.
  if (people.length === 0 && first && !plan.occasion.drill)
    rows.push({
      ...blank(plan, { key: 'nobody', name: '', phone: null, email: null, userId: null }),
      ...{ id: `${notice.id}/nobody`, channel: first },
      ...ended('failed', 'nobody is known to call', plan.now),
    })
  return rows
}

function rowsFor(plan: PlannedFor, audience: Audience, recipient: Recipient): DeliveryTable[] {
  return tracksFor(audience, plan.occasion).flatMap((track, index) => {
    const steps = track.filter(({ channel }) => channel !== 'push' || takesPushes(plan, audience, recipient))
    let due = true
    return steps.map((step, at) => {
      const row = rowFor(plan, recipient, step, { track: index, step: at })
      if (row.status !== 'queued' || !due) return row
      due = false
      return { ...row, status: 'pending' as const, next_attempt_at: plan.now }
    })
  })
}

function takesPushes(plan: PlannedFor, audience: Audience, { userId }: Recipient): boolean {
  return audience === 'desk' ? plan.desk.subscribed : userId !== null && plan.subscribed.has(userId)
}

function rowFor(
  plan: PlannedFor,
  recipient: Recipient,
  { channel, round }: Step,
  place: { track: number; step: number },
): DeliveryTable {
  const row = {
    ...blank(plan, recipient),
    ...place,
    id: `${plan.notice.id}/${recipient.key}/${channel}/${round}`,
    channel,
    round,
    address: addressOf(recipient, channel),
  }
  if (!plan.channels.has(channel)) return { ...row, ...ended('skipped', null, plan.now) }
  if (row.address === null && needsAddress(channel))
    return { ...row, ...ended('failed', 'no address is known', plan.now) }
  return row
}

function ended(status: 'skipped' | 'failed', error: string | null, now: number) {
  return { status, last_error: error, ended_at: now }
}

function blank({ notice, occasion, now }: PlannedFor, recipient: Recipient): DeliveryTable {
  return {
    id: notice.id,
    notice_id: notice.id,
    recipient: recipient.key,
    recipient_name: recipient.name,
    address: null,
    user_id: recipient.userId,
    channel: 'webhook',
    round: 1,
    track: 0,
    step: 0,
    urgency: occasion.priority,
    status: 'queued',
    attempts: 0,
    next_attempt_at: null,
    reference: null,
    answer: null,
    last_error: null,
    created_at: now,
    sent_at: null,
    ended_at: null,
  }
}

function addressOf({ phone, email, userId, key }: Recipient, channel: ChannelName): string | null {
  switch (channel) {
    case 'voice':
    case 'sms':
      return phone
    case 'mail':
      return email
    case 'push':
      return userId ?? (key === 'desk' ? key : null)
    case 'wecom':
    case 'dingtalk':
    case 'webhook':
      return null
  }
}

function needsAddress(channel: ChannelName): boolean {
  return BY_PHONE_OR_MAIL.includes(channel)
}
