import { describe, expect, it } from 'vitest'
import type { DeliveryTable, NoticeTable } from '../../../src/database/tables.js'
import { type Occasion, tracksFor } from '../../../src/dispatch/channels/chain.js'
import { type PlannedFor, plannedDeliveries } from '../../../src/dispatch/channels/planned.js'
import {
  end,
  hasReachedNobody,
  noticeStatusOf,
  stopAsking,
  takeTurns,
} from '../../../src/dispatch/channels/progress.js'
import { CHANNELS } from '../../../src/model/delivery.js'

const NOW = 1_795_290_000_000
const URGENT: Occasion = { kind: 'assignment-offered', urgent: true, drill: false }

const notice: NoticeTable = {
  id: 'N1',
  incident_id: null,
  assignment_id: null,
  kind: 'assignment-offered',
  party: 'company-a',
  role: null,
  district: null,
  payload_json: '{}',
  status: 'pending',
  attempts: 0,
  next_attempt_at: NOW,
  last_error: null,
  created_at: NOW,
  sent_at: null,
}
const HOTLINE = { key: 'contact:1', name: '值班', phone: '0379-1', email: 'a@example.org', userId: null }

function planned(change: Partial<PlannedFor> = {}): DeliveryTable[] {
  return plannedDeliveries({
    notice,
    occasion: { ...URGENT, priority: 1 },
    people: [HOTLINE],
    channels: new Set(CHANNELS),
    subscribed: new Set(),
    desk: { subscribed: false, email: null },
    now: NOW,
    ...change,
  })
}

function one(rows: DeliveryTable[], channel: string, round = 1): DeliveryTable {
  const row = rows.find((candidate) => candidate.channel === channel && candidate.round === round)
  if (!row) throw new Error(`no ${channel} ${round}`)
  return row
}

/** As `channel status`, without what is not set up. */
function shown(rows: DeliveryTable[]): string[] {
  return rows
    .filter((row) => row.status !== 'skipped')
    .map(({ channel, round, status }) => `${channel}${round > 1 ? ` ${round}` : ''} ${status}`)
}

describe('which channels in which order', () => {
  const words = (occasion: Partial<Occasion>) =>
    tracksFor('person', { ...URGENT, ...occasion }).map((track) =>
      track.map(({ channel }) => channel).join(' '),
    )

  it('an urgent question calls twice, and writes at the same time', () =>
    expect(words({})).toEqual(['voice voice', 'sms mail', 'push']))
  it('an urgent alert calls, and writes only where the call fails', () =>
    expect(words({ kind: 'pre-alert' })).toEqual(['voice sms mail', 'push']))
  it('what is not urgent never calls', () => {
    expect(words({ urgent: false })).toEqual(['push', 'sms mail'])
    expect(words({ urgent: false, kind: 'report-due' })).toEqual(['push', 'mail sms'])
  })
  it('a drill stays on screens and in the books', () => {
    expect(words({ drill: true })).toEqual(['push'])
    expect(tracksFor('desk', { ...URGENT, drill: true })).toEqual([[{ channel: 'push', round: 1 }]])
    expect(tracksFor('system', { ...URGENT, drill: true })).toHaveLength(1)
  })
})

describe('deliveries of a notice', () => {
  it('are all written before the first is tried', () =>
    expect(shown(planned())).toEqual([
      'webhook pending',
      'voice pending',
      'voice 2 queued',
      'sms pending',
      'mail queued',
    ]))

  it('what is not set up is skipped, and the next one begins', () => {
    const rows = planned({ channels: new Set(['mail']) })
    expect(shown(rows)).toEqual(['mail pending'])
    expect(rows.map((row) => row.status)).toContain('skipped')
  })

  it('nobody known is a failure that is seen, and none where nothing is set up', () => {
    expect(planned({ people: [] }).map(({ recipient, status }) => `${recipient} ${status}`)).toEqual([
      'webhook pending',
      'nobody failed',
    ])
    expect(planned({ people: [], channels: new Set(['webhook']) })).toHaveLength(1)
  })

  it('a refused message falls through to the next; an answered call ends all others', () => {
    const rows = planned()
    end(one(rows, 'sms'), 'failed', NOW)
    takeTurns(rows, NOW)
    expect(one(rows, 'mail').status).toBe('pending')
    end(one(rows, 'voice'), 'answered', NOW)
    stopAsking(rows, NOW)
    takeTurns(rows, NOW)
    expect(shown(rows)).toEqual([
      'webhook pending',
      'voice answered',
      'voice 2 moot',
      'sms failed',
      'mail moot',
    ])
    expect(noticeStatusOf(rows)).toBe('sending')
    end(one(rows, 'webhook'), 'unknown', NOW)
    expect(noticeStatusOf(rows)).toBe('sent')
  })

  it('the second call is for want of an answer, not for want of a provider', () => {
    const unanswered = planned()
    end(one(unanswered, 'voice'), 'unanswered', NOW)
    takeTurns(unanswered, NOW)
    expect(one(unanswered, 'voice', 2).status).toBe('pending')
    const refused = planned()
    end(one(refused, 'voice'), 'failed', NOW)
    takeTurns(refused, NOW)
    expect(one(refused, 'voice', 2).status).toBe('moot')
  })

  it('what only the webhook took, or what stays unknown, has reached nobody', () => {
    const rows = planned({ channels: new Set(['webhook', 'sms']) })
    end(one(rows, 'webhook'), 'sent', NOW)
    expect(hasReachedNobody(rows)).toBe(false)
    end(one(rows, 'sms'), 'unknown', NOW)
    expect(hasReachedNobody(rows)).toBe(true)
    expect(noticeStatusOf(rows)).toBe('failed')
  })

  it('only a webhook: what it took is sent', () => {
    const rows = planned({ channels: new Set(['webhook']) })
    end(one(rows, 'webhook'), 'sent', NOW)
    expect(noticeStatusOf(rows)).toBe('sent')
    expect(noticeStatusOf(planned({ channels: new Set() }))).toBe('skipped')
  })
})
