/** How one notice reaches one recipient by one channel, as rows, the API and the screens speak of it. */

/** `voice` calls, `mail` is SMTP, `wecom` and `dingtalk` are robots of a group, `push` is the browser's. */
export const CHANNELS = ['voice', 'sms', 'mail', 'push', 'wecom', 'dingtalk', 'webhook'] as const
export type ChannelName = (typeof CHANNELS)[number]

/**
 * `queued`: its turn comes when what stands before it did not reach anybody. `pending`: due. `sending`: handed over, not
 * heard of. `ringing`: a call that waits for a key. `sent`: the other side took it. `answered`, `unanswered`: of a call.
 * `unknown`: it may or may not have arrived, which counts as undelivered; repeated with the same id while it has a next
 * attempt. `failed`: refused, or nobody's address is known. `skipped`: the channel is not set up. `moot`: no longer needed.
 */
export const DELIVERY_STATUSES = [
  'queued',
  'pending',
  'sending',
  'ringing',
  'sent',
  'answered',
  'unanswered',
  'unknown',
  'failed',
  'skipped',
  'moot',
] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

export interface Delivery {
  id: string
  /** Key of whom it goes to, e.g. `contact:…`, `member:…`, `desk`, `webhook`. */
  recipient: string
  recipientName: string
  /** A phone number, a mail address; `null` where the channel needs none, or none is known. */
  address: string | null
  channel: ChannelName
  /** 2 is the second call. */
  round: number
  status: DeliveryStatus
  attempts: number
  /** What the provider calls it. */
  reference: string | null
  /** What was pressed, or how the call ended by the provider's word. */
  answer: string | null
  lastError: string | null
  /** ms since 1970. */
  createdAt: number
  sentAt: number | null
  endedAt: number | null
}

/** What the templates of a provider may hold, each in double braces. */
export const PLACEHOLDERS = [
  'phone',
  'text',
  'title',
  'what',
  'place',
  'number',
  'id',
  'delivery',
  'callback',
] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]
