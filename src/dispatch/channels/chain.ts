/**
 * By which channels a notice goes, in which order: one table by audience, kind and urgency. Tracks run side by side;
 * within a track a step follows when the one before it reached nobody.
 */
import type { NoticeKind } from '../../database/tables.js'
import type { ChannelName } from '../../model/delivery.js'

/** `system`: the webhook. `desk`: the dispatchers' rooms. `person`: somebody with a phone. */
export type Audience = 'system' | 'desk' | 'person'

export interface Step {
  channel: ChannelName
  /** 2 is the second call, for want of an answer to the first. */
  round: number
}
export type Track = readonly Step[]

export interface Occasion {
  kind: NoticeKind
  /** P0 or P1. */
  urgent: boolean
  drill: boolean
}

/** `ask`: somebody must answer. `alert`: somebody must know now. `tell`: somebody should know. */
type Purpose = 'ask' | 'alert' | 'tell'

const PURPOSES: Readonly<Record<NoticeKind, Purpose>> = {
  'assignment-offered': 'ask',
  'check-call': 'ask',
  'incident-opened': 'alert',
  escalated: 'alert',
  attend: 'alert',
  'pre-alert': 'alert',
  reminder: 'alert',
  'assignment-expired': 'tell',
  'assignment-recalled': 'tell',
  'pre-notice': 'tell',
  'report-due': 'tell',
  'roster-gap': 'tell',
}

const once = (...channels: ChannelName[]): Track => channels.map((channel) => ({ channel, round: 1 }))
const CALLED_TWICE: Track = [
  { channel: 'voice', round: 1 },
  { channel: 'voice', round: 2 },
]

export function tracksFor(audience: Audience, { kind, urgent, drill }: Occasion): readonly Track[] {
  switch (audience) {
    case 'system':
      return [once('webhook')]
    case 'desk':
      // On the screens it stands already, by the socket.
      return drill ? [once('push')] : [once('push'), once('wecom', 'dingtalk', 'mail')]
    case 'person':
      return drill ? [once('push')] : personTracks(PURPOSES[kind], urgent)
  }
}

/** Does not sound at night what need not; calls only where a life may hang on it. */
function personTracks(purpose: Purpose, urgent: boolean): readonly Track[] {
  if (!urgent) return [once('push'), purpose === 'tell' ? once('mail', 'sms') : once('sms', 'mail')]
  switch (purpose) {
    case 'ask':
      return [CALLED_TWICE, once('sms', 'mail'), once('push')]
    case 'alert':
      return [once('voice', 'sms', 'mail'), once('push')]
    case 'tell':
      return [once('sms', 'mail'), once('push')]
  }
}

/** A call of it rings until a key is pressed. */
export function asksForAnswer(kind: NoticeKind): boolean {
  return PURPOSES[kind] === 'ask'
}
