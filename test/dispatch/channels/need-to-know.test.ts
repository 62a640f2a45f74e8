/** Who sees what: every reader, by every channel, in text and JSON, against what each has to do. */
import { describe, expect, it } from 'vitest'
import type { DeliveryTable, NoticeKind, NoticeTable } from '../../../src/database/tables.js'
import { composed } from '../../../src/dispatch/channels/compose.js'
import {
  FIELDS,
  type Field,
  READERS,
  type Reader,
  readerOf,
  type Said,
} from '../../../src/dispatch/channels/need-to-know.js'
import { LANGUAGES, wordsOf } from '../../../src/dispatch/channels/words.js'
import { CONTACT_ROLES, type ContactRole } from '../../../src/model/contact.js'
import { CHANNELS, type ChannelName } from '../../../src/model/delivery.js'
import type { RescueCard } from '../../../src/model/registry.js'

const AT = Date.UTC(2026, 10, 21, 6)

/** What betrays each field, wherever it turns up. */
const TRACES: Record<Field, string> = {
  incident: '20261121-0007',
  place: '延安路9号',
  position: '34.6161',
  people: '"people":3',
  condition: '胸闷气短',
  car: 'floorShown',
  callers: '13912345678',
  card: '门卫处钥匙',
  assignment: 'assignment-77',
  reason: 'because-of-this',
  unreached: 'reached-nobody',
  report: 'accident-report',
  roster: '2026-12-01',
}
/** Never for anybody's notice. */
const HIDDEN = ['secret-of-a-later-version', '李被困', 'note to ourselves', '张经理手机']

const payload = {
  incident: {
    ...{ id: 'inc-7', number: TRACES.incident, class: 'trapped', priority: 'P1', status: 'dispatched' },
    ...{ people: 3, drill: false, place: { text: '延安路口', lat: 34.6161, lon: 112.4 } },
    evidence: 'secret-of-a-later-version',
  },
  equipment: {
    ...{ id: 'EL1', name: '1号梯', rescueCode: '102331', district: '西工区', address: TRACES.place },
    location: { lat: 34.6161, lon: 112.4 },
  },
  assignment: {
    ...{ id: TRACES.assignment, level: 1, party: 'company-a', partyName: '豫安电梯', offeredAt: AT },
  },
  reason: TRACES.reason,
  unreached: { kind: 'escalated', to: TRACES.unreached },
  accidentReport: { version: 1, page: '/incidents/20261121-0007/accident-report' },
  ...{ organisationName: '豫安电梯', beginsAt: '2026-12-01T00:00:00.000Z' },
  passengers: '李被困',
}
const said: Said = {
  callers: [{ name: '王某', phone: TRACES.callers, role: 'passenger', callId: 'note to ourselves' }],
  vulnerable: ['pregnant', TRACES.condition],
  car: { floorShown: '7', smoke: true },
}
const card: RescueCard = { keyPlace: TRACES.card, notes: 'note to ourselves', safetyOfficer: '张经理手机' }

interface To {
  kind?: NoticeKind
  party?: string | null
  role?: ContactRole | null
}

function noticeTo({ kind = 'assignment-offered', party = null, role = null }: To): NoticeTable {
  return {
    ...{ id: 'inc-7.12', incident_id: 'inc-7', assignment_id: TRACES.assignment, kind, party, role },
    ...{ district: null, payload_json: JSON.stringify(payload), status: 'sending', attempts: 0 },
    ...{ next_attempt_at: AT, last_error: null, created_at: AT, sent_at: null },
  }
}

function messageTo(to: To, channel: ChannelName, language: (typeof LANGUAGES)[number] = 'zh') {
  const delivery: DeliveryTable = {
    ...{ id: 'inc-7.12/contact:1/x/1', notice_id: 'inc-7.12', recipient: 'contact:1', recipient_name: '' },
    ...{ address: '1', user_id: null, channel, round: 1, track: 0, step: 0, urgency: 1 },
    ...{ status: 'sending', attempts: 1, next_attempt_at: null, reference: null, answer: null },
    ...{ last_error: null, created_at: AT, sent_at: null, ended_at: null },
  }
  const words = wordsOf(language)
  return composed(delivery, {
    ...{
      notice: noticeTo(to),
      words,
      card,
      said,
      publicUrl: 'https://desk.example',
      callbackFor: () => null,
    },
  })
}

/** Somebody of each kind. */
const ONE_OF: Record<Reader, To> = {
  desk: {},
  crew: { party: 'company-a' },
  house: { party: 'estate-1', role: 'safety-officer' },
  informed: { party: 'estate-1', kind: 'pre-notice' },
  fire: { role: 'fire' },
  medical: { role: 'medical' },
  'gas-company': { role: 'gas-company' },
  duty: { role: 'shift-leader', kind: 'reminder' },
  leadership: { role: 'leadership', kind: 'reminder' },
  supervision: { role: 'supervision', kind: 'pre-notice' },
}

/** What nobody but these may see. */
const ONLY: Partial<Record<Field, Reader[]>> = {
  callers: ['crew', 'fire', 'medical'],
  condition: ['crew', 'fire', 'medical'],
  card: ['crew'],
  car: ['crew', 'house', 'fire'],
  people: READERS.filter((reader) => reader !== 'gas-company'),
  position: ['desk', 'crew', 'house', 'fire', 'medical', 'gas-company'],
  assignment: ['desk', 'crew', 'house', 'informed', 'fire', 'medical', 'gas-company'],
  reason: ['desk', 'crew', 'informed', 'duty'],
  unreached: ['desk'],
  report: ['desk', 'duty', 'leadership'],
  roster: ['desk', 'informed'],
}

describe('everything that goes to one reader holds what it needs and nothing else', () => {
  it.each(READERS)('%s', (reader) => {
    expect(readerOf(noticeTo(ONE_OF[reader]))).toBe(reader)
    for (const channel of CHANNELS)
      for (const language of LANGUAGES) {
        const { address: _address, ...message } = messageTo(ONE_OF[reader], channel, language)
        const all = JSON.stringify({ ...message, body: JSON.parse(message.body) })
        for (const field of FIELDS) {
          const sees = ONLY[field]?.includes(reader) ?? true
          expect([channel, field, all.includes(TRACES[field])]).toEqual([channel, field, sees])
        }
        for (const hidden of HIDDEN) expect(all).not.toContain(hidden)
      }
  })
})

describe('texts', () => {
  it('a crew reads the condition, the caller and the way in; on the phone it hears no numbers', () => {
    expect(messageTo(ONE_OF.crew, 'sms').text).toContain(
      '3人被困，有孕妇，胸闷气短，轿厢显示7，有烟，请立即在平台接单',
    )
    expect(messageTo(ONE_OF.crew, 'sms').text).toContain('来电13912345678。钥匙: 门卫处钥匙。20261121-0007')
    const { text } = messageTo(ONE_OF.crew, 'voice')
    expect(text).toContain('有孕妇')
    for (const field of ['callers', 'card', 'incident'] as const) expect(text).not.toContain(TRACES[field])
  })

  it('what others read holds no condition, no caller, no way in', () => {
    for (const reader of READERS.filter((one) => !ONLY.condition?.includes(one)))
      for (const channel of CHANNELS) {
        const { text, title } = messageTo(ONE_OF[reader], channel)
        for (const trace of [TRACES.condition, TRACES.callers, TRACES.card, '有孕妇', '有烟', '王某'])
          if (!(reader === 'house' && trace === '有烟'))
            expect([reader, `${text} ${title}`]).toEqual([reader, expect.not.stringContaining(trace)])
      }
  })

  it('of a gap in a roster: whose, and from when', () => {
    const { text } = messageTo({ party: 'estate-1', kind: 'roster-gap' }, 'mail', 'en')
    expect(text).toContain('豫安电梯, from 12-01 08:00')
  })
})

it('a link leads to the draft of the report, for whoever may know of one', () => {
  expect(messageTo(ONE_OF.leadership, 'mail').link).toBe(
    'https://desk.example/incidents/20261121-0007/accident-report',
  )
  expect(messageTo(ONE_OF.crew, 'mail').link).toBe('https://desk.example/incidents/inc-7')
})

describe('who a reader is', () => {
  it('whoever need not go any more sees no more of the people', () => {
    for (const kind of ['assignment-recalled', 'assignment-expired'] as const)
      expect(readerOf(noticeTo({ kind, party: 'company-a' }))).toBe('informed')
    expect(readerOf(noticeTo({ kind: 'check-call', party: 'company-a' }))).toBe('crew')
  })

  it('every role of the centre is one, and of an organisation the house', () => {
    const centre = CONTACT_ROLES.map((role) => [role, readerOf(noticeTo({ role }))])
    expect(centre.filter(([role, reader]) => reader === role || reader === 'duty')).toHaveLength(7)
    expect(centre.filter(([, reader]) => reader === 'supervision')).toHaveLength(CONTACT_ROLES.length - 6)
    for (const role of CONTACT_ROLES) expect(readerOf(noticeTo({ role, party: 'estate-1' }))).toBe('house')
  })
})

it('every message has the id of its notice, also what a provider or a robot is told', () => {
  for (const channel of CHANNELS)
    expect(JSON.parse(messageTo({}, channel).body)).toMatchObject({ id: 'inc-7.12' })
})
