/** Opens the channels that are set up. */
import type { Channels } from './channel.js'
import { type MailOptions, openMail } from './mail.js'
import { openProvider, type ProviderOptions } from './provider.js'
import { openPush, type PushOptions } from './push.js'
import { openDingtalk, openWecom, type RobotOptions } from './robots.js'
import { openWebhook, type WebhookOptions } from './webhook.js'

/** What is left out is not set up. */
export interface ChannelOptions {
  webhook?: WebhookOptions | undefined
  voice?: ProviderOptions | undefined
  sms?: ProviderOptions | undefined
  mail?: MailOptions | undefined
  wecom?: RobotOptions | undefined
  dingtalk?: (RobotOptions & { secret: string | null }) | undefined
  push?: PushOptions | undefined
  /** ms since 1970; signatures carry it. */
  now: () => number
}

export function openChannels(options: ChannelOptions): Channels {
  const { webhook, voice, sms, mail, wecom, dingtalk, push, now } = options
  return {
    ...(voice && { voice: openProvider(voice) }),
    ...(sms && { sms: openProvider(sms) }),
    ...(mail && { mail: openMail(mail) }),
    ...(push && { push: openPush(push) }),
    ...(wecom && { wecom: openWecom(wecom) }),
    ...(dingtalk && { dingtalk: openDingtalk({ ...dingtalk, now }) }),
    ...(webhook && { webhook: openWebhook({ ...webhook, now }) }),
  }
}
