/** Log-ins. A token is 256 random bits; only its SHA-256 is stored. Ending a session publishes `account`, so that open sockets are cut. */
import type { User } from '../model/registry.js'
import type { Viewer } from '../model/viewer.js'

export interface SessionStart {
  /** base64url; goes into the cookie or the Bearer header, and is never stored. */
  token: string
  user: User
  /** ms since 1970. */
  expiresAt: number
}

export interface CurrentSession {
  viewer: Viewer
  user: User
  /** Stable name of the session that gives nothing away. */
  sessionId: string
  expiresAt: number
}

export interface Sessions {
  /** Throws LOGIN_FAILED, or LOGIN_SLOWED after repeated failures of the same name or address. */
  logIn(attempt: { username: string; password: string; address: string }): Promise<SessionStart>
  /** Who holds this token; `null` if it is unknown, ended or expired. Use prolongs it. */
  find(token: string): Promise<CurrentSession | null>
  /** Ends one session. Unknown tokens are fine. */
  end(token: string): Promise<void>
  endAll(userId: string): Promise<void>
  /** Deletes what expired long ago; the caller decides how often. Returns how many. */
  purge(): Promise<number>
}
