/** People who may log in. Passwords are kept as argon2id; the first administrator is made at the first start. */
import type { Database } from '../database/database.js'
import { once } from '../database/idempotency.js'
import { containing, decodeCursor, limitOf, pageOf } from '../database/page.js'
import type { AccountTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { ROLES, type Role } from '../model/incident.js'
import type { User } from '../model/registry.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { refuseFaults, requireRole, SYSTEM } from './access.js'
import { auditChange } from './audit.js'
import { requireOrganisations } from './organisations.js'
import { hashPassword, passwordFits, requireStrength } from './passwords.js'
import { hashOfToken } from './tokens.js'

export interface NewUser {
  username: string
  password: string
  role: Role
  organisationId?: string | undefined
  districts?: string[] | undefined
  /** True makes the person choose another password at the first log-in. */
  mustChangePassword?: boolean | undefined
}

export interface UserQuery extends ListQuery {
  role?: Role | undefined
  text?: string | undefined
}

export interface Accounts {
  /** Throws USER_EXISTS, PASSWORD_WEAK, ORGANISATION_UNKNOWN, REQUEST_INVALID; ROLE_FORBIDDEN for anyone but `admin`. */
  create(user: NewUser, by: Viewer, key?: string): Promise<User>
  /** By user name; admin only. */
  list(query: UserQuery, by: Viewer): Promise<ListPage<User>>
  /** `null` when there is none. */
  get(userId: string): Promise<User | null>
  /** The person's own change: checks the old password, ends every other session of theirs. `keepToken` is the session that goes on. */
  changePassword(change: {
    userId: string
    oldPassword: string
    newPassword: string
    keepToken?: string | undefined
  }): Promise<User>
  /** Ends all sessions and publishes `account`. */
  disable(userId: string, by: Viewer): Promise<void>
  /**
   * Makes the user `admin` unless one exists; the first log-in must change the password. Returns the password when it
   * was generated here, for the caller to write down, otherwise `null`.
   */
  ensureAdmin(options: {
    password: string | null
  }): Promise<{ created: boolean; generatedPassword: string | null }>
}

const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u
const GENERATED_PASSWORD_BYTES = 18

/** Roles that act for an organisation and see nothing without one. */
const NEEDS_ORGANISATION: readonly Role[] = ['maintainer', 'technician', 'use-unit', 'operator']

export function createAccounts({
  database,
  bus,
  now,
  newId,
  randomBytes,
}: {
  database: Database
  bus: Bus
  now: () => number
  newId: () => string
  randomBytes: (size: number) => Buffer
}): Accounts {
  async function insert(input: NewUser, by: Viewer, key: string | undefined): Promise<User> {
    const passwordHash = await hashPassword(input.password)
    const { password: _secret, ...request } = input
    return database.transaction((tx) =>
      once({
        tx,
        owner: by.userId,
        key,
        request: ['user', request],
        now: now(),
        work: async () => {
          const taken = await tx.db
            .selectFrom('account')
            .select('id')
            .where('username', '=', input.username)
            .executeTakeFirst()
          if (taken) throw new TesheError('USER_EXISTS', [input.username])
          await requireOrganisations(tx, [input.organisationId])
          const row: AccountTable = {
            id: newId(),
            username: input.username,
            password_hash: passwordHash,
            role: input.role,
            organisation_id: input.organisationId ?? null,
            districts_json: JSON.stringify(input.districts ?? []),
            must_change_password: input.mustChangePassword ? 1 : 0,
            disabled_at: null,
            created_at: now(),
          }
          await tx.db.insertInto('account').values(row).execute()
          const detail = { username: row.username, role: row.role }
          await auditChange(tx, { by, action: 'user.create', subject: row.id, detail, at: row.created_at })
          return userOf(row)
        },
      }),
    )
  }

  return {
    async create(input, by, key) {
      requireRole(by, ['admin'], 'create users')
      refuseFaults(faultsOf(input))
      requireStrength(input.password)
      return await insert(input, by, key)
    },

    async list(query, by) {
      requireRole(by, ['admin'], 'list users')
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [''])
      let rows = database.db.selectFrom('account').selectAll()
      if (query.role) rows = rows.where('role', '=', query.role)
      if (query.text)
        rows = rows.where((eb) =>
          eb(eb.fn<string>('lower', ['username']), 'like', containing(query.text ?? '')),
        )
      if (after) rows = rows.where('username', '>', String(after[0]))
      return pageOf({
        rows: await rows
          .orderBy('username')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.username],
        toItem: userOf,
      })
    },

    async get(userId) {
      const row = await database.db
        .selectFrom('account')
        .selectAll()
        .where('id', '=', userId)
        .executeTakeFirst()
      return row ? userOf(row) : null
    },

    async changePassword({ userId, oldPassword, newPassword, keepToken }) {
      requireStrength(newPassword)
      const account = await database.db
        .selectFrom('account')
        .selectAll()
        .where('id', '=', userId)
        .executeTakeFirst()
      if (!account) throw new TesheError('USER_UNKNOWN', [userId])
      if (!(await passwordFits(account.password_hash, oldPassword))) throw new TesheError('LOGIN_FAILED', [])
      refuseFaults(
        oldPassword === newPassword
          ? [{ field: 'newPassword', message: 'must differ from the old one' }]
          : [],
      )
      const passwordHash = await hashPassword(newPassword)
      await database.transaction(async (tx) => {
        await tx.db
          .updateTable('account')
          .set({ password_hash: passwordHash, must_change_password: 0 })
          .where('id', '=', userId)
          .execute()
        await tx.db
          .deleteFrom('session')
          .where('account_id', '=', userId)
          .where('token_hash', '!=', keepToken === undefined ? '' : hashOfToken(keepToken))
          .execute()
        const by = { ...SYSTEM, userId, username: account.username }
        await auditChange(tx, { by, action: 'user.password', subject: userId, at: now() })
        tx.afterCommit(() => bus.publish('account', { userId }))
      })
      return userOf({ ...account, must_change_password: 0 })
    },

    async disable(userId, by) {
      requireRole(by, ['admin'], 'disable users')
      await database.transaction(async (tx) => {
        const { numUpdatedRows } = await tx.db
          .updateTable('account')
          .set({ disabled_at: now() })
          .where('id', '=', userId)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw new TesheError('USER_UNKNOWN', [userId])
        await tx.db.deleteFrom('session').where('account_id', '=', userId).execute()
        await auditChange(tx, { by, action: 'user.disable', subject: userId, at: now() })
        tx.afterCommit(() => bus.publish('account', { userId }))
      })
    },

    async ensureAdmin({ password }) {
      const existing = await database.db
        .selectFrom('account')
        .select('id')
        .where('username', '=', 'admin')
        .executeTakeFirst()
      if (existing) return { created: false, generatedPassword: null }
      if (password !== null) requireStrength(password)
      const generated = password === null ? randomBytes(GENERATED_PASSWORD_BYTES).toString('base64url') : null
      const admin: NewUser = {
        username: 'admin',
        password: password ?? generated ?? '',
        role: 'admin',
        mustChangePassword: true,
      }
      await insert(admin, SYSTEM, undefined)
      return { created: true, generatedPassword: generated }
    },
  }
}

function faultsOf(input: NewUser): { field: string; message: string }[] {
  const faults: { field: string; message: string }[] = []
  if (!USERNAME.test(input.username))
    faults.push({ field: 'username', message: 'must be 1 to 64 letters, digits or . _ @ -' })
  if (!ROLES.includes(input.role))
    faults.push({ field: 'role', message: `must be one of ${ROLES.join(', ')}` })
  if (NEEDS_ORGANISATION.includes(input.role) && !input.organisationId)
    faults.push({ field: 'organisationId', message: `is needed for role ${input.role}` })
  return faults
}

export function userOf(row: AccountTable): User {
  return {
    id: row.id,
    username: row.username,
    role: row.role,
    organisationId: row.organisation_id,
    districts: JSON.parse(row.districts_json),
    mustChangePassword: row.must_change_password === 1,
    disabled: row.disabled_at !== null,
    createdAt: row.created_at,
  }
}
