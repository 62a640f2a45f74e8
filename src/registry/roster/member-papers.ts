/** Certificates and leave of a member: what decides whether a name on a shift is cover. */
import type { Database, Tx } from '../../database/database.js'
import { once } from '../../database/idempotency.js'
import { TesheError } from '../../errors.js'
import type { CertificateClass, Member } from '../../model/roster.js'
import type { Viewer } from '../../model/viewer.js'
import { refuseFaults, textFault } from '../access.js'
import { auditChange } from '../audit.js'
import { memberOf } from './member-rows.js'
import { ownMember } from './own.js'

export interface NewCertificate {
  class: CertificateClass
  number: string
  /** ms since 1970. */
  validUntil: number
}

export interface NewLeave {
  /** ms since 1970. */
  from: number
  until: number
  reason: string
}

/** Each answers with the member as it is then. All throw MEMBER_UNKNOWN and REQUEST_INVALID. */
export interface MemberPapers {
  addCertificate(memberId: string, certificate: NewCertificate, by: Viewer, key?: string): Promise<Member>
  /** It counts from now on no more. Throws CERTIFICATE_UNKNOWN. */
  endCertificate(memberId: string, certificateId: string, by: Viewer): Promise<Member>
  addLeave(memberId: string, leave: NewLeave, by: Viewer, key?: string): Promise<Member>
  /** Back from now on. Throws LEAVE_UNKNOWN. */
  endLeave(memberId: string, leaveId: string, by: Viewer): Promise<Member>
}

const LONGEST_LEAVE_MS = 400 * 86_400_000

export function createMemberPapers({
  database,
  now,
  newId,
}: {
  database: Database
  now: () => number
  newId: () => string
}): MemberPapers {
  /** In one transaction with its audit, done once for a key. */
  function change(
    memberId: string,
    {
      by,
      action,
      detail,
      key,
    }: { by: Viewer; action: string; detail: Record<string, unknown>; key?: string | undefined },
    work: (tx: Tx) => Promise<unknown>,
  ): Promise<Member> {
    return database.transaction((tx) =>
      once({
        ...{ tx, key, owner: by.userId, now: now() },
        request: [action, memberId, detail],
        async work() {
          const row = await ownMember(tx, memberId, by)
          await work(tx)
          await auditChange(tx, { by, action, subject: memberId, detail, at: now() })
          return await memberOf(tx, row, now())
        },
      }),
    )
  }

  return {
    addCertificate: (memberId, certificate, by, key) =>
      change(memberId, { by, key, action: 'certificate.add', detail: { ...certificate } }, (tx) => {
        refuseFaults([
          ...textFault('number', certificate.number),
          ...(certificate.validUntil > now() ? [] : [{ field: 'validUntil', message: 'must be ahead' }]),
        ])
        const { class: kind, number, validUntil } = certificate
        return tx.db
          .insertInto('certificate')
          .values({
            ...{ id: newId(), member_id: memberId, class: kind, number: number.trim() },
            ...{ valid_until: validUntil, created_at: now() },
          })
          .execute()
      }),

    endCertificate: (memberId, certificateId, by) =>
      change(
        memberId,
        { by, action: 'certificate.end', detail: { certificate: certificateId } },
        async (tx) => {
          const row = await tx.db
            .selectFrom('certificate')
            .select('valid_until')
            .where('id', '=', certificateId)
            .where('member_id', '=', memberId)
            .executeTakeFirst()
          if (!row) throw new TesheError('CERTIFICATE_UNKNOWN', [memberId, certificateId])
          await tx.db
            .updateTable('certificate')
            .set({ valid_until: Math.min(row.valid_until, now()) })
            .where('id', '=', certificateId)
            .execute()
        },
      ),

    addLeave: (memberId, leave, by, key) =>
      change(
        memberId,
        { by, key, action: 'leave.add', detail: { from: leave.from, until: leave.until } },
        (tx) => {
          refuseFaults([
            ...textFault('reason', leave.reason),
            ...(leave.until > Math.max(leave.from, now())
              ? []
              : [{ field: 'until', message: 'must be after its begin, and ahead' }]),
            ...(leave.until - leave.from <= LONGEST_LEAVE_MS
              ? []
              : [
                  {
                    field: 'until',
                    message: 'must be at most 400 days after its begin; end the member instead',
                  },
                ]),
          ])
          return tx.db
            .insertInto('leave')
            .values({
              ...{ id: newId(), member_id: memberId, from_at: leave.from, until_at: leave.until },
              ...{ reason: leave.reason.trim(), created_at: now() },
            })
            .execute()
        },
      ),

    endLeave: (memberId, leaveId, by) =>
      change(memberId, { by, action: 'leave.end', detail: { leave: leaveId } }, async (tx) => {
        const row = await tx.db
          .selectFrom('leave')
          .select('until_at')
          .where('id', '=', leaveId)
          .where('member_id', '=', memberId)
          .executeTakeFirst()
        if (!row) throw new TesheError('LEAVE_UNKNOWN', [memberId, leaveId])
        await tx.db
          .updateTable('leave')
          .set({ until_at: Math.min(row.until_at, now()) })
          .where('id', '=', leaveId)
          .execute()
      }),
  }
}
