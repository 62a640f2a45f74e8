/**
 * Keys pressed in calls: 1 accepts, 2 declines, for the party that was called, once however often it is reported. What
 * comes after the assignment has moved on changes nothing and is told so.
 */
import type { Database } from '../../database/database.js'
import type { DeliveryTable, NoticeTable } from '../../database/tables.js'
import { TesheError } from '../../errors.js'
import type { Incidents } from '../../incidents/incidents.js'
import type { Viewer } from '../../model/viewer.js'
import { speaksForParty } from './address-book.js'
import type { CallTokens } from './call-tokens.js'
import type { Deliveries } from './deliveries.js'
import { assignmentOf, noticeOf } from './delivery-rows.js'
import { valueAt } from './http-exchange.js'
import { payloadOf } from './payload.js'
import { isRunning } from './progress.js'
import type { Words } from './words.js'

export type AnswerResult = keyof Words['answers'] | 'recorded'

export interface VoiceAnswers {
  /** Throws CALL_UNKNOWN when the token is not that call's. */
  receive(answer: { call: string; token: string; body: Uint8Array; contentType: string }): Promise<{
    result: AnswerResult
    /** To be read to whoever pressed. */
    text: string
  }>
}

export interface VoiceAnswersOptions {
  database: Database
  incidents: Pick<Incidents, 'act' | 'get'>
  deliveries: Pick<Deliveries, 'answered' | 'heard'>
  tokens: CallTokens
  words: Words
  /** Where in the provider's report the key and the end of the call stand. */
  keyPath: string
  statusPath: string
}

const MOST_TRIES = 5
const LONGEST_STATUS = 60

export function createVoiceAnswers(options: VoiceAnswersOptions): VoiceAnswers {
  const { database, incidents, deliveries, tokens, words, keyPath, statusPath } = options

  async function pressed(delivery: DeliveryTable, key: string): Promise<AnswerResult> {
    if (key !== '1' && key !== '2') return 'not-understood'
    const notice = await noticeOf(database, delivery.notice_id)
    const { incident_id: incidentId, assignment_id: assignmentId } = notice
    if (incidentId === null || assignmentId === null) return 'noted'
    const asked = { delivery, notice, incidentId, assignmentId }
    try {
      if (key === '2') return await decline(asked)
      await incidents.act(incidentId, accepting(asked), personOf(asked))
      return notice.kind === 'assignment-offered' ? 'accepted' : 'noted'
    } catch (error) {
      if (error instanceof TesheError && error.status < 500) return 'too-late'
      throw error
    }
  }

  /**
   * Whoever speaks for the party declines for it; one of several crew members only for themselves, while others are
   * still asked. An assignment that somebody accepted meanwhile is not taken from them.
   */
  async function decline(asked: Asked): Promise<AnswerResult> {
    const { delivery, notice, incidentId } = asked
    if (!speaksForParty(delivery.recipient) && (await othersAreAsked(delivery))) return 'declined'
    for (let tries = 1; ; tries++) {
      const { version } = await incidents.get(incidentId, personOf(asked))
      const status = (await assignmentOf(database, notice))?.status
      const open = notice.kind === 'assignment-offered' ? status === 'offered' : status !== 'offered'
      if (!open) return 'too-late'
      try {
        const said = { ...saidBy(asked), action: 'decline' as const, version, reason: 'declined-by-phone' }
        await incidents.act(incidentId, said, personOf(asked))
        return 'declined'
      } catch (error) {
        const moved = error instanceof TesheError && error.code === 'INCIDENT_CHANGED'
        if (!moved || tries === MOST_TRIES) throw error
      }
    }
  }

  async function othersAreAsked({ notice_id: noticeId, recipient }: DeliveryTable): Promise<boolean> {
    const calls = await database.db
      .selectFrom('delivery')
      .selectAll()
      .where('notice_id', '=', noticeId)
      .where('channel', '=', 'voice')
      .where('recipient', '!=', recipient)
      .execute()
    return calls.some((row) => row.status === 'queued' || isRunning(row))
  }

  return {
    async receive({ call, token, body, contentType }) {
      if (!tokens.fits(call, token)) throw new TesheError('CALL_UNKNOWN', [call.slice(0, 100)])
      const delivery = await database.db
        .selectFrom('delivery')
        .selectAll()
        .where('id', '=', call)
        .executeTakeFirst()
      if (!delivery) throw new TesheError('CALL_UNKNOWN', [call.slice(0, 100)])
      const read = readerOf(body, contentType)
      const key = read(keyPath)
      if (key === null) {
        const status = read(statusPath)
        if (status !== null) await deliveries.heard(call, status.slice(0, LONGEST_STATUS))
        return { result: 'recorded', text: '' }
      }
      // What was pressed first counts, and is answered the same however often it is reported.
      const known = delivery.status === 'answered' ? resultOf(delivery.answer) : null
      const result = known ?? (await pressed(delivery, key.trim()))
      if (known === null && result !== 'not-understood')
        await deliveries.answered(call, { answer: result, settles: SETTLES.includes(result) })
      return { result, text: result === 'recorded' ? '' : words.answers[result] }
    },
  }
}

interface Asked {
  delivery: DeliveryTable
  notice: NoticeTable
  incidentId: string
  assignmentId: string
}

const RESULTS: readonly AnswerResult[] = ['accepted', 'declined', 'noted', 'too-late']
/** Nobody else need be called. */
const SETTLES: readonly AnswerResult[] = ['accepted', 'noted', 'too-late']

function resultOf(answer: string | null): AnswerResult | null {
  return RESULTS.find((result) => result === answer) ?? null
}

function saidBy({ delivery, notice, assignmentId }: Asked) {
  return {
    assignmentId,
    key: `call ${delivery.id}`,
    via: 'phone' as const,
    callId: delivery.reference ?? delivery.id,
    onBehalfOf: payloadOf(notice).assignment?.partyName ?? notice.party ?? '',
  }
}

function accepting(asked: Asked) {
  const said = saidBy(asked)
  return asked.notice.kind === 'assignment-offered'
    ? { ...said, action: 'accept' as const, person: asked.delivery.recipient_name }
    : { ...said, action: 'contact' as const, note: 'on-the-way' }
}

/** The one who pressed, with the rights of a crew of the party and no more. */
function personOf({ delivery, notice }: Asked): Viewer {
  return {
    userId: delivery.user_id ?? `phone ${delivery.recipient}`,
    username: delivery.recipient_name,
    role: 'technician',
    organisationId: notice.party,
    districts: [],
  }
}

/** JSON by dotted paths, forms by their fields. */
function readerOf(body: Uint8Array, contentType: string): (path: string) => string | null {
  const text = Buffer.from(body).toString('utf8')
  if (!contentType.includes('form-urlencoded')) return (path) => valueAt(text, path)
  const fields = new URLSearchParams(text)
  return (path) => fields.get(path)
}
