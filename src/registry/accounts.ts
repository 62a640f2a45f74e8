/** People who may log in. Passwords are kept as argon2id; the first administrator is made at the first start. */
import type { Role } from '../model/incident.js'
import type { User } from '../model/registry.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'

export interface NewUser {
  username: string
  password: string
  role: Role
  organisationId?: string | undefined
  districts?: string[] | undefined
  /** True makes the person choose another password at the first log-in. */
  mustChangePassword?: boolean | undefined
}

export interface Accounts {
  /** Throws USER_EXISTS, PASSWORD_WEAK, ORGANISATION_UNKNOWN, REQUEST_INVALID; ROLE_FORBIDDEN for anyone but `admin`. */
  create(user: NewUser, by: Viewer, key?: string): Promise<User>
  list(
    query: ListQuery & { role?: Role | undefined; text?: string | undefined },
    by: Viewer,
  ): Promise<ListPage<User>>
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
