/** How people were told, which browsers take pushes, and keys pressed in calls. */
import type { Static } from 'typebox'
import { NOTICE_STATUSES } from '../database/tables.js'
import type { PushSubscriptions } from '../dispatch/channels/push-subscriptions.js'
import type { VoiceAnswers } from '../dispatch/channels/voice-answers.js'
import type { Dispatch, Notice, NoticeQuery as Query } from '../dispatch/dispatch.js'
import { TesheError } from '../errors.js'
import type { Incidents } from '../incidents/incidents.js'
import { createLoginThrottle } from '../registry/login-throttle.js'
import type { Call } from './route.js'
import { chosen, type IdParams } from './schemas.js'
import type {
  NewPushSubscription,
  NoticeQuery,
  PushSubscriptionQuery,
  VoiceQuery,
} from './telling-schemas.js'
import { iso, isoOrNull } from './times.js'
import { viewPage } from './views.js'

export interface TellingOptions {
  notices: Pick<Dispatch, 'notices'>
  incidents: Pick<Incidents, 'get'>
  pushes: Pick<PushSubscriptions, 'add' | 'remove'>
  pushKey: string
  answers: VoiceAnswers
  now: () => number
}

export function createTellingHandlers({ notices, incidents, pushes, pushKey, answers, now }: TellingOptions) {
  // Whoever knows a token is never held up, as a provider reports all calls from one address.
  const guesses = createLoginThrottle()

  async function listed(query: Static<typeof NoticeQuery>, more: Query = {}) {
    const status = chosen(query.status, NOTICE_STATUSES)
    return viewPage(await notices.notices({ ...query, ...more, status }), viewNotice)
  }

  return {
    list: ({ query }: Call<unknown, Static<typeof NoticeQuery>>) => listed(query),

    async ofIncident({ params, query, viewer }: Call<Static<typeof IdParams>, Static<typeof NoticeQuery>>) {
      const { id } = await incidents.get(params.id, viewer)
      return await listed(query, { incidentId: id })
    },

    async subscribe({ body, viewer }: Call<unknown, unknown, Static<typeof NewPushSubscription>>) {
      await pushes.add({ endpoint: body.endpoint, ...body.keys }, viewer.userId)
      return {}
    },

    async unsubscribe({ query, viewer }: Call<unknown, Static<typeof PushSubscriptionQuery>>) {
      await pushes.remove(query.endpoint, viewer.userId)
      return {}
    },

    pushKey: () => ({ publicKey: pushKey }),

    async answerCall({ query, body, request }: Call<unknown, Static<typeof VoiceQuery>>) {
      try {
        return await answers.receive({
          ...query,
          body: body instanceof Uint8Array ? body : new Uint8Array(),
          contentType: request.headers['content-type'] ?? '',
        })
      } catch (error) {
        if (!(error instanceof TesheError && error.code === 'CALL_UNKNOWN')) throw error
        const waitMs = guesses.waitMs([request.ip], now())
        guesses.failed([request.ip], now())
        if (waitMs > 0) throw new TesheError('REQUESTS_TOO_MANY', [Math.ceil(waitMs / 1000)])
        throw error
      }
    },
  }
}

function viewNotice({ payload: _payload, ...notice }: Notice) {
  return {
    ...notice,
    createdAt: iso(notice.createdAt),
    sentAt: isoOrNull(notice.sentAt),
    deliveries: notice.deliveries.map((one) => ({
      ...one,
      createdAt: iso(one.createdAt),
      sentAt: isoOrNull(one.sentAt),
      endedAt: isoOrNull(one.endedAt),
    })),
  }
}
