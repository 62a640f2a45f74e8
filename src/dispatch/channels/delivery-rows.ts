/** What deliveries are decided by. */
import type { Kysely } from 'kysely'
import type { Tx } from '../../database/database.js'
import type {
  AssignmentTable,
  DeliveryTable,
  EquipmentTable,
  NoticeTable,
  Tables,
} from '../../database/tables.js'
import type { Role } from '../../model/incident.js'
import { asksForAnswer } from './chain.js'
import type { Said } from './need-to-know.js'
import { payloadOf } from './payload.js'

/** The database, or a transaction on it. */
interface Reads {
  db: Kysely<Tables>
}

/** All deliveries of a notice, which its row guards against another process. */
export async function rowsOf(tx: Tx, noticeId: string): Promise<DeliveryTable[]> {
  if (tx.dialect === 'postgres')
    await tx.db.selectFrom('notice').select('id').where('id', '=', noticeId).forUpdate().execute()
  return await tx.db
    .selectFrom('delivery')
    .selectAll()
    .where('notice_id', '=', noticeId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

export async function noticeOf({ db }: Reads, id: string): Promise<NoticeTable> {
  return await db.selectFrom('notice').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

export async function equipmentOf({ db }: Reads, notice: NoticeTable): Promise<EquipmentTable | undefined> {
  const { equipment } = payloadOf(notice)
  if (!equipment) return undefined
  return await db.selectFrom('equipment').selectAll().where('id', '=', equipment.id).executeTakeFirst()
}

/** What callers have said of the incident until now. */
export async function saidOf({ db }: Reads, { incident_id: id }: NoticeTable): Promise<Said | null> {
  if (id === null) return null
  const { callers_json, vulnerable_json, car_json } = await db
    .selectFrom('incident')
    .select(['callers_json', 'vulnerable_json', 'car_json'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return {
    callers: JSON.parse(callers_json),
    vulnerable: JSON.parse(vulnerable_json),
    car: car_json === null ? null : JSON.parse(car_json),
  }
}

/** The crew that the assignment went to. */
export async function crewOf(tx: Reads, notice: NoticeTable): Promise<string | null> {
  return (await assignmentOf(tx, notice))?.crew ?? null
}

export async function assignmentOf(
  { db }: Reads,
  { assignment_id: id }: NoticeTable,
): Promise<AssignmentTable | undefined> {
  if (id === null) return undefined
  return await db.selectFrom('assignment').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Whether an answer still matters: an offer is open, or a crew is on its way. Notices that ask nothing always stand. */
export async function stillAsked(tx: Reads, notice: NoticeTable): Promise<boolean> {
  if (!asksForAnswer(notice.kind)) return true
  const assignment = await assignmentOf(tx, notice)
  if (!assignment) return true
  return notice.kind === 'assignment-offered'
    ? assignment.status === 'offered'
    : assignment.status === 'accepted' || assignment.status === 'departed'
}

/** Whose browsers take pushes. */
export async function subscribers({ db }: Reads): Promise<{ user_id: string; role: Role }[]> {
  return await db
    .selectFrom('push_subscription')
    .innerJoin('account', 'account.id', 'push_subscription.user_id')
    .where('account.disabled_at', 'is', null)
    .select(['push_subscription.user_id', 'account.role'])
    .distinct()
    .execute()
}
