/** What a channel is: one way to hand one message to one address. It says what became of it, and never throws. */
import type { ChannelName } from '../../model/delivery.js'

/** One message to one address; the same `deliveryId` and `noticeId` each time it is repeated. */
export interface Message {
  noticeId: string
  deliveryId: string
  /** Phone number, mail address or user id; empty where the channel has one place to go. */
  address: string
  /** One line. */
  title: string
  /** What, where, how to accept: in the length and the manner of the channel. */
  text: string
  /** The parts of it, for templates of a provider. */
  parts: { what: string; place: string; number: string }
  /** Where it is seen in the browser. */
  link: string | null
  /** Where the provider reports keys and the end of a call; `null` where no answer is asked. */
  callback: string | null
  /** The whole notice as JSON, for machines. */
  body: string
}

/**
 * `sent`: the other side took it. `unknown`: it may or may not have arrived. `refused`: the other side will not take it,
 * now or later.
 */
export type Outcome =
  | { outcome: 'sent'; reference?: string | undefined }
  | { outcome: 'unknown' | 'refused'; error: string }

export interface Channel {
  send(message: Message): Promise<Outcome>
  /** Cuts off what is on its way. */
  close(): Promise<void>
}

/** Those that are set up. */
export type Channels = Readonly<Partial<Record<ChannelName, Channel>>>
