/** Settings of the channels by which people are told. */
import { type Static, Type } from 'typebox'
import { PLACEHOLDERS } from './model/delivery.js'
import type { Secret } from './runtime/secret.js'
import {
  choice,
  hostPatterns,
  optionalUrl,
  optionalWord,
  requestHeaders,
  requestTemplate,
  secret,
  secretUrl,
  word,
} from './runtime/setting-kinds.js'

export const channels = {
  notices: Type.Object(
    {
      language: choice({
        env: 'TESHE_NOTICE_LANGUAGE',
        meaning: 'What calls, messages and mails are written in.',
        choices: ['zh', 'en'],
        default: 'zh',
      }),
      publicUrl: optionalUrl({
        env: 'TESHE_PUBLIC_URL',
        meaning:
          'Where people and providers reach the service: for links in notices, and for what is pressed in a call.',
        protocols: ['http:', 'https:'],
        shown: 'unset: no links, and calls take no answer',
      }),
    },
    { title: 'Notices' },
  ),
  voice: provider('VOICE', 'calls', {
    keyPath: word({
      env: 'TESHE_VOICE_KEY_PATH',
      meaning:
        'Where, in what the provider reports, the pressed key stands: a field, or a dotted path of JSON.',
      default: 'key',
    }),
    statusPath: word({
      env: 'TESHE_VOICE_STATUS_PATH',
      meaning: 'Likewise how the call ended.',
      default: 'status',
    }),
  }),
  sms: provider('SMS', 'short messages', {}),
  mail: Type.Object(
    {
      url: secretUrl({
        env: 'TESHE_SMTP_URL',
        meaning: 'Mail server: `smtps://user:password@host` or `smtp://…:587` with STARTTLS.',
        protocols: ['smtp:', 'smtps:'],
        shown: 'unset: no mail',
      }),
      from: optionalWord({
        env: 'TESHE_MAIL_FROM',
        meaning: 'Sender of mails, such as `Teshe <desk@example.org>`.',
      }),
      desk: optionalWord({
        env: 'TESHE_DESK_EMAIL',
        meaning: 'Mail address of the desk, where its robots fail.',
      }),
    },
    { title: 'Mail' },
  ),
  robots: Type.Object(
    {
      wecom: secretUrl({
        env: 'TESHE_WECOM_URL',
        meaning: 'Robot of the desk’s WeCom group, with its key.',
        protocols: ['http:', 'https:'],
        shown: 'unset: none',
      }),
      dingtalk: secretUrl({
        env: 'TESHE_DINGTALK_URL',
        meaning: 'Robot of the desk’s DingTalk group, with its access token.',
        protocols: ['http:', 'https:'],
        shown: 'unset: none',
      }),
      dingtalkSecret: secret({
        env: 'TESHE_DINGTALK_SECRET',
        meaning: 'Signs what goes to it, where the robot is set to demand that.',
        atLeast: 1,
      }),
    },
    { title: 'Robots' },
  ),
  push: Type.Object(
    {
      keys: secret({
        env: 'TESHE_PUSH_KEYS',
        meaning:
          'VAPID keys, `{"publicKey": …, "privateKey": …}` in base64url. Browsers must subscribe anew when they change.',
        atLeast: 100,
        shown: 'generated into `{data}/push-keys`',
      }),
      subject: word({
        env: 'TESHE_PUSH_SUBJECT',
        meaning: 'Where push services find the operator: `mailto:…` or `https://…`.',
        default: 'mailto:operator@teshe.invalid',
      }),
      hosts: hostPatterns({
        env: 'TESHE_PUSH_HOSTS',
        meaning: 'Push services that are posted to; a browser that names another is refused.',
        default: [
          'fcm.googleapis.com',
          '*.push.services.mozilla.com',
          '*.notify.windows.com',
          '*.push.apple.com',
        ],
      }),
    },
    { title: 'Browser push' },
  ),
} as const

function provider<const M extends object>(name: string, what: string, more: M) {
  return Type.Object(
    {
      url: secretUrl({
        env: `TESHE_${name}_URL`,
        meaning: `Provider of ${what} over HTTP. Placeholders as in the body.`,
        protocols: ['http:', 'https:'],
        shown: 'unset: none',
      }),
      method: choice({
        env: `TESHE_${name}_METHOD`,
        meaning: 'How it is asked.',
        choices: ['POST', 'GET', 'PUT'],
        default: 'POST',
      }),
      headers: requestHeaders({
        env: `TESHE_${name}_HEADERS`,
        meaning: 'Headers as a JSON object of texts, such as `{"authorization": "Bearer …"}`.',
      }),
      body: requestTemplate({
        env: `TESHE_${name}_BODY`,
        meaning:
          'Its body; what is put in is escaped for JSON, or for a form where the content type is one. It or the URL must hold `{{id}}` or `{{delivery}}`, by which a repeat is known.',
        placeholders: PLACEHOLDERS,
      }),
      success: optionalWord({
        env: `TESHE_${name}_SUCCESS`,
        meaning:
          'Which answer means taken: `Code=OK` is that value at that path of its JSON. Unset: any 2xx.',
      }),
      referencePath: optionalWord({
        env: `TESHE_${name}_REFERENCE_PATH`,
        meaning: 'Where in its answer the provider’s own number stands.',
      }),
      ...more,
    },
    { title: name === 'VOICE' ? 'Calls' : 'Short messages' },
  )
}

type ChannelSettings = { [Name in keyof typeof channels]: Static<(typeof channels)[Name]> }

/** What `openChannels` is handed of them; `undefined`: not set up. */
export function channelsOf(
  config: ChannelSettings & { dispatch: { webhookUrl: string | null; webhookSecret: Secret | null } },
) {
  const { dispatch, notices, voice, sms, mail, robots, push } = config
  return {
    language: notices.language,
    publicUrl: notices.publicUrl?.replace(/\/+$/, '') ?? null,
    deskEmail: mail.desk,
    webhook: dispatch.webhookUrl
      ? { url: dispatch.webhookUrl, secret: dispatch.webhookSecret?.reveal() ?? '' }
      : undefined,
    voice: providerOf(voice),
    sms: providerOf(sms),
    mail: mail.url && mail.from ? { url: mail.url.reveal(), from: mail.from } : undefined,
    wecom: robots.wecom ? { url: robots.wecom.reveal() } : undefined,
    dingtalk: robots.dingtalk
      ? { url: robots.dingtalk.reveal(), secret: robots.dingtalkSecret?.reveal() ?? null }
      : undefined,
    push: { keys: push.keys?.reveal(), subject: push.subject, hosts: push.hosts },
    answers: { keyPath: voice.keyPath, statusPath: voice.statusPath },
  }
}

function providerOf({ url, method, headers, body, success, referencePath }: ChannelSettings['sms']) {
  if (!url) return undefined
  return {
    url: url.reveal(),
    method,
    headers: headers ? JSON.parse(headers.reveal()) : {},
    body: body?.reveal() ?? '',
    success,
    referencePath,
  }
}
