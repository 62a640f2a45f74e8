/** How people were told, which browsers take pushes, and what comes back of calls. */
import Type from 'typebox'
import { NOTICE_KINDS, NOTICE_STATUSES } from '../database/tables.js'
import { CONTACT_ROLES } from '../model/contact.js'
import { CHANNELS, DELIVERY_STATUSES } from '../model/delivery.js'
import { choices, listQuery, Nullable, page, Time } from './schemas.js'

const Delivery = Type.Object({
  id: Type.String(),
  recipient: Type.String({
    description: 'key of whom it goes to: `contact:…`, `member:…`, `desk`, `webhook`',
  }),
  recipientName: Type.String(),
  address: Nullable(Type.String()),
  channel: Type.Enum([...CHANNELS]),
  round: Type.Integer({ description: '2 is the second call' }),
  status: Type.Enum([...DELIVERY_STATUSES]),
  attempts: Type.Integer(),
  reference: Nullable(Type.String({ description: 'what the provider calls it' })),
  answer: Nullable(Type.String({ description: 'what was pressed, or how the call ended' })),
  lastError: Nullable(Type.String()),
  createdAt: Time,
  sentAt: Nullable(Time),
  endedAt: Nullable(Time),
})

export const Notice = Type.Object({
  id: Type.String(),
  incidentId: Nullable(Type.String()),
  assignmentId: Nullable(Type.String()),
  kind: Type.Enum([...NOTICE_KINDS]),
  party: Nullable(Type.String({ description: 'organisation; null with no role is the desk' })),
  role: Nullable(Type.Enum([...CONTACT_ROLES])),
  status: Type.Enum([...NOTICE_STATUSES]),
  attempts: Type.Integer(),
  lastError: Nullable(Type.String()),
  createdAt: Time,
  sentAt: Nullable(Time),
  deliveries: Type.Array(Delivery),
})
export const NoticePage = page(Notice)
export const NoticeQuery = listQuery({ status: Type.Optional(choices([...NOTICE_STATUSES])) })

const Endpoint = Type.String({ minLength: 1, maxLength: 1000, pattern: '^https://' })
const Base64Url = Type.String({ minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9_-]+=*$' })

/** As `PushSubscription.toJSON()` of a browser gives it. */
export const NewPushSubscription = Type.Object({
  endpoint: Endpoint,
  expirationTime: Type.Optional(Nullable(Type.Number())),
  keys: Type.Object({ p256dh: Base64Url, auth: Base64Url }),
})
export const PushSubscriptionQuery = Type.Object({ endpoint: Endpoint }, { additionalProperties: false })
export const PushKey = Type.Object({ publicKey: Type.String() })

export const VoiceQuery = Type.Object(
  {
    call: Type.String({ minLength: 1, maxLength: 500 }),
    token: Type.String({ minLength: 1, maxLength: 100 }),
  },
  { additionalProperties: false },
)
/** Whatever the provider reports, JSON or a form; settings say where the key stands in it. */
export const VoiceReport = Type.Unknown()
export const VoiceReply = Type.Object({
  result: Type.Enum(['accepted', 'declined', 'noted', 'too-late', 'not-understood', 'recorded']),
  text: Type.String({ description: 'to be read to whoever pressed' }),
})
