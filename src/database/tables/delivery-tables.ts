/** Notices on their way to people: one row for each notice, recipient, channel and round; and the browsers that take pushes. */
import type { ChannelName, DeliveryStatus } from '../../model/delivery.js'

export interface DeliveryTable {
  id: string
  notice_id: string
  /** `contact:…`, `member:…`, `card:…`, `desk`, `webhook`, `nobody`. */
  recipient: string
  recipient_name: string
  /** Phone, mail address or user id; `null` where the channel needs none, or none is known. */
  address: string | null
  user_id: string | null
  channel: ChannelName
  round: number
  /** Tracks of one recipient run side by side; within one, the steps follow each other until one has reached them. */
  track: number
  step: number
  /** 0 is the most urgent: of two that are due, the lower goes first. */
  urgency: number
  status: DeliveryStatus
  attempts: number
  /** When it is tried, looked at or given up next; `null`: nothing more happens by itself. */
  next_attempt_at: number | null
  reference: string | null
  answer: string | null
  last_error: string | null
  created_at: number
  sent_at: number | null
  ended_at: number | null
}

export interface PushSubscriptionTable {
  endpoint: string
  user_id: string
  /** Of the browser, base64url. */
  p256dh: string
  auth: string
  created_at: number
}
