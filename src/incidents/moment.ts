/** Who acts, when, and by what way word of it came. Goes into every timeline entry. */
import type { Via } from '../model/incident-view.js'
import type { Viewer } from '../model/viewer.js'

export interface Moment {
  /** ms since 1970 when it happened. */
  at: number
  /** ms since 1970 when it is written down. */
  now: number
  actor: string
  actorName: string
  via: Via | null
  onBehalfOf: string | null
  callId: string | null
}

/** What the service does by itself. */
export function systemMoment(now: number): Moment {
  return { at: now, now, actor: 'system', actorName: 'system', via: null, onBehalfOf: null, callId: null }
}

export function momentOf(
  viewer: Viewer,
  now: number,
  said: {
    at?: number | undefined
    via?: Via | undefined
    onBehalfOf?: string | undefined
    callId?: string | undefined
  } = {},
): Moment {
  return {
    at: said.at ?? now,
    now,
    actor: viewer.userId,
    actorName: viewer.username,
    via: said.via ?? null,
    onBehalfOf: said.onBehalfOf ?? null,
    callId: said.callId ?? null,
  }
}

/** What is written down later than this was dealt with on paper: nobody is sent for it by itself any more (ms). */
export const FRESH_MS = 15 * 60_000

export function isFresh({ at, now }: Moment): boolean {
  return now - at <= FRESH_MS
}
