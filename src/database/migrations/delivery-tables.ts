/** Deliveries of notices, and subscriptions to browser pushes. */
import type { Kysely } from 'kysely'
import type { Tables } from '../tables.js'
import { withColumns } from './column-kinds.js'

export async function deliveryTables(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('delivery'), {
    id: 'text',
    notice_id: 'text',
    recipient: 'text',
    recipient_name: 'text',
    address: 'text?',
    user_id: 'text?',
    channel: 'text',
    round: 'integer',
    track: 'integer',
    step: 'integer',
    urgency: 'integer',
    status: 'text',
    attempts: 'integer',
    next_attempt_at: 'time?',
    reference: 'text?',
    answer: 'text?',
    last_error: 'text?',
    created_at: 'time',
    sent_at: 'time?',
    ended_at: 'time?',
  })
    .addPrimaryKeyConstraint('delivery_pk', ['id'])
    .addForeignKeyConstraint('delivery_notice', ['notice_id'], 'notice', ['id'])
    .execute()
  await db.schema
    .createIndex('delivery_by_due')
    .on('delivery')
    .columns(['status', 'next_attempt_at'])
    .execute()
  await db.schema.createIndex('delivery_by_notice').on('delivery').column('notice_id').execute()
  await withColumns(db.schema.createTable('push_subscription'), {
    endpoint: 'text',
    user_id: 'text',
    p256dh: 'text',
    auth: 'text',
    created_at: 'time',
  })
    .addPrimaryKeyConstraint('push_subscription_pk', ['endpoint'])
    .addForeignKeyConstraint('push_subscription_account', ['user_id'], 'account', ['id'])
    .execute()
  await db.schema.createIndex('push_subscription_by_user').on('push_subscription').column('user_id').execute()
}
