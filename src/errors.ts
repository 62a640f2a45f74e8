/**
 * Every error the product throws, in one list: its code, its sentence, its HTTP status and what the caller may do.
 * `%s` are filled in order. A test holds that every code is thrown somewhere.
 */
import { format } from 'node:util'

/** What the one who meets the error should do: try later, mend the input, or stop the process. */
export type Remedy = 'retry' | 'reject' | 'stop'

interface Definition {
  text: string
  status: number
  remedy: Remedy
}

function define<const D extends Record<string, Definition>>(definitions: D): D {
  return definitions
}

export const ERRORS = define({
  // configuration and start
  CONFIG_INVALID: { text: 'settings are not usable:\n%s', status: 500, remedy: 'stop' },
  DATA_DIR_IN_USE: {
    text: 'data directory %s is used by process %s; stop that process or choose another TESHE_DATA_DIR',
    status: 500,
    remedy: 'stop',
  },
  DATA_DIR_IS_DEMO: {
    text: 'data directory %s belongs to a demo; choose another TESHE_DATA_DIR',
    status: 500,
    remedy: 'stop',
  },
  PORT_UNUSABLE: {
    text: 'cannot listen on %s: %s; free the port or choose another',
    status: 500,
    remedy: 'stop',
  },
  THREAD_FAILED: { text: 'thread %s ended unexpectedly: %s', status: 500, remedy: 'stop' },

  // journal
  JOURNAL_FULL: {
    text: 'journal holds %s MB of its budget of %s MB; free space or raise TESHE_JOURNAL_MAX_GB',
    status: 503,
    remedy: 'retry',
  },
  JOURNAL_UNWRITABLE: { text: 'journal cannot be written in %s: %s', status: 503, remedy: 'retry' },
  JOURNAL_CLOSED: { text: 'journal is closed', status: 503, remedy: 'retry' },
  JOURNAL_FORMAT_NEWER: {
    text: 'journal segment %s has format %s, this version reads up to %s; use the newer version',
    status: 500,
    remedy: 'stop',
  },
  JOURNAL_DAMAGED: { text: 'journal segment %s is damaged at position %s: %s', status: 500, remedy: 'stop' },
  SQLITE_NOT_DURABLE: {
    text: 'SQLite file %s runs with synchronous=%s, FULL is needed',
    status: 500,
    remedy: 'stop',
  },
  SNAPSHOT_FORMAT_NEWER: {
    text: 'rule snapshot %s has format %s, this version reads up to %s; use the newer version',
    status: 500,
    remedy: 'stop',
  },
  SNAPSHOT_RULES_MISSING: {
    text: 'rule snapshot names rule set %s and does not hold it; delete rules.sqlite, it is rebuilt from the journal',
    status: 500,
    remedy: 'stop',
  },

  // database
  DATABASE_UNAVAILABLE: { text: 'database %s cannot be opened: %s', status: 503, remedy: 'stop' },
  DATABASE_SCHEMA_NEWER: {
    text: 'database has schema %s, this version knows up to %s; use the newer version',
    status: 500,
    remedy: 'stop',
  },
  DATABASE_BUSY: {
    text: 'the database refused a transaction %s times: %s; try again',
    status: 503,
    remedy: 'retry',
  },

  // devices
  DEVICE_LOGIN_REFUSED: { text: 'log-in of device %s refused: %s', status: 401, remedy: 'reject' },
  TOPIC_FOREIGN: {
    text: 'device %s may not publish to %s; its topics begin with teshe/v1/ and its own id',
    status: 403,
    remedy: 'reject',
  },
  RATE_EXCEEDED: {
    text: 'log-in %s is %s ms ahead of its rate; send more slowly, or raise its limit',
    status: 429,
    remedy: 'retry',
  },
  WILL_STALE: {
    text: 'last will of %s counts no more: a newer session is open',
    status: 409,
    remedy: 'reject',
  },

  DEVICE_SECRET_NEEDED: {
    text: 'send the id and secret of a device or gateway as Authorization: Basic, or the secret alone as Bearer',
    status: 401,
    remedy: 'reject',
  },
  TELEMETRY_UNREADABLE: { text: 'the payload cannot be read: %s (%s)', status: 400, remedy: 'reject' },

  // history
  HISTORY_UNAVAILABLE: { text: 'history store %s does not answer: %s', status: 503, remedy: 'retry' },
  HISTORY_IN_USE: {
    text: 'history file %s is open already; only the history thread opens it, ask that thread',
    status: 500,
    remedy: 'stop',
  },
  HISTORY_QUERY_FAILED: { text: 'history query failed: %s', status: 502, remedy: 'retry' },

  // backup, restore, rebuild
  DATA_DIR_UNFINISHED: {
    text: 'data directory %s holds a restore that did not come to its end; delete it and restore again',
    status: 500,
    remedy: 'stop',
  },
  DATA_DIR_FOREIGN: {
    text: 'data directory %s belongs to user %s, this is user %s; run this as the user of the service',
    status: 500,
    remedy: 'stop',
  },
  DATA_DIR_MISSING: { text: 'there is no data directory %s', status: 500, remedy: 'stop' },
  BACKUP_TARGET_UNUSABLE: { text: 'cannot back up to %s: %s', status: 500, remedy: 'stop' },
  BACKUP_NO_ROOM: {
    text: 'the backup takes up to %s MB and %s has %s MB free; make room or choose another place',
    status: 500,
    remedy: 'stop',
  },
  EXPORT_NO_ROOM: {
    text: 'a Parquet export needs %s MB of room for a while and %s MB are free; ask for CSV',
    status: 507,
    remedy: 'retry',
  },
  BACKUP_TORN: {
    text: 'the backup does not fit together: %s is at position %s, the journal ends at %s',
    status: 500,
    remedy: 'retry',
  },
  BACKUP_DATABASE_UNREACHED: {
    text: 'the database in PostgreSQL is not in this backup: %s; with --without-database it is left to you',
    status: 500,
    remedy: 'stop',
  },
  BACKUP_UNFINISHED: {
    text: '%s is no finished backup, its manifest is missing; restore from another one',
    status: 500,
    remedy: 'stop',
  },
  BACKUP_DAMAGED: { text: 'backup %s is damaged: %s; restore from another one', status: 500, remedy: 'stop' },
  BACKUP_NEWER: {
    text: 'backup %s was made by version %s (format %s), this is version %s (format %s); use the newer version',
    status: 500,
    remedy: 'stop',
  },
  RESTORE_TARGET_UNUSABLE: {
    text: 'cannot restore into %s: %s; choose a directory that is empty or not there yet',
    status: 500,
    remedy: 'stop',
  },
  CONTROL_LOST: { text: 'the service at %s ended or failed in the middle: %s', status: 500, remedy: 'retry' },

  // rules
  BACKTEST_UNKNOWN: {
    text: 'there is no back-test %s; the newest are kept until the service ends',
    status: 404,
    remedy: 'reject',
  },
  BACKTEST_BUSY: { text: 'back-test %s is running; wait for it or cancel it', status: 409, remedy: 'retry' },
  BACKTEST_CANCELLED: { text: 'the back-test was cancelled', status: 409, remedy: 'reject' },
  RULES_FILE_INVALID: { text: 'rules file %s cannot be read: %s', status: 400, remedy: 'reject' },
  CASE_INVALID: { text: 'case %s cannot be read: %s', status: 400, remedy: 'reject' },

  // requests
  REQUEST_INVALID: { text: 'the request is not valid: %s', status: 400, remedy: 'reject' },
  TIME_INVALID: {
    text: '%s is not a time: give ISO 8601 with zone or milliseconds since 1970',
    status: 400,
    remedy: 'reject',
  },
  CURSOR_INVALID: {
    text: 'cursor %s is not one of ours; start again without it',
    status: 400,
    remedy: 'reject',
  },
  SESSION_REQUIRED: {
    text: 'log in first: send the session cookie or Authorization: Bearer',
    status: 401,
    remedy: 'reject',
  },
  LOGIN_FAILED: { text: 'user name or password is wrong', status: 401, remedy: 'reject' },
  LOGIN_SLOWED: { text: 'too many failed log-ins; try again in %s s', status: 429, remedy: 'retry' },
  PASSWORD_WEAK: { text: 'the password needs at least %s characters', status: 400, remedy: 'reject' },
  ROLE_FORBIDDEN: { text: 'role %s may not %s', status: 403, remedy: 'reject' },
  ORIGIN_FORBIDDEN: { text: 'origin %s may not use the session cookie', status: 403, remedy: 'reject' },
  ROUTE_UNKNOWN: { text: '%s %s does not exist', status: 404, remedy: 'reject' },
  BODY_TOO_LARGE: { text: 'the body is larger than %s bytes', status: 413, remedy: 'reject' },
  MEDIA_TYPE_UNKNOWN: {
    text: 'content type %s is not taken here; send application/json',
    status: 415,
    remedy: 'reject',
  },
  REQUESTS_TOO_MANY: { text: 'too many requests; try again in %s s', status: 429, remedy: 'retry' },
  PASSWORD_CHANGE_NEEDED: {
    text: 'change your password first: POST /api/session/password',
    status: 403,
    remedy: 'reject',
  },
  METRICS_TOKEN_NEEDED: {
    text: 'send TESHE_METRICS_TOKEN as Authorization: Bearer',
    status: 401,
    remedy: 'reject',
  },
  INTERNAL: {
    text: 'the service failed on this request; the operator finds it in the log as %s',
    status: 500,
    remedy: 'retry',
  },

  // registry
  EQUIPMENT_UNKNOWN: {
    text: 'equipment %s does not exist or is not yours to see',
    status: 404,
    remedy: 'reject',
  },
  EQUIPMENT_EXISTS: { text: 'equipment %s exists already', status: 409, remedy: 'reject' },
  EQUIPMENT_ID_INVALID: {
    text: 'equipment id %s must match %s and not be "lookup" or "import"',
    status: 400,
    remedy: 'reject',
  },
  MARK_UNKNOWN: { text: 'equipment %s has no mark %s', status: 404, remedy: 'reject' },
  ORGANISATION_UNKNOWN: {
    text: 'organisation %s does not exist or is not yours to see',
    status: 404,
    remedy: 'reject',
  },
  CONTACT_UNKNOWN: { text: 'contact %s does not exist or is not yours', status: 404, remedy: 'reject' },
  MEMBER_UNKNOWN: { text: 'member %s is unknown, has left or is not yours', status: 404, remedy: 'reject' },
  CERTIFICATE_UNKNOWN: { text: 'member %s has no certificate %s', status: 404, remedy: 'reject' },
  LEAVE_UNKNOWN: { text: 'member %s has no leave %s', status: 404, remedy: 'reject' },
  CREW_UNKNOWN: { text: 'crew %s does not exist, has ended or is not yours', status: 404, remedy: 'reject' },
  SHIFT_UNKNOWN: { text: 'shift %s does not exist or is not yours', status: 404, remedy: 'reject' },
  SHIFT_OVERLAPS: {
    text: '%s is on duty shift %s of crew %s from %s to %s; nobody is on two duty shifts at once',
    status: 409,
    remedy: 'reject',
  },
  HANDOVER_NOT_ALLOWED: { text: 'shift %s cannot be handed over: %s', status: 409, remedy: 'reject' },
  LOGIN_NAME_TAKEN: {
    text: 'user name %s is taken (%s); equipment and gateways share their names',
    status: 409,
    remedy: 'reject',
  },
  GATEWAY_UNKNOWN: {
    text: 'gateway %s does not exist or is not yours to see',
    status: 404,
    remedy: 'reject',
  },
  CLAIM_UNKNOWN: { text: 'nobody asks to be admitted as %s', status: 404, remedy: 'reject' },
  CLAIM_CONTESTED: {
    text: 'two secrets were presented as %s: find out which device is yours, delete the claim and let it come again',
    status: 409,
    remedy: 'reject',
  },
  USER_EXISTS: { text: 'user name %s is taken', status: 409, remedy: 'reject' },
  USER_UNKNOWN: { text: 'user %s does not exist', status: 404, remedy: 'reject' },
  CODE_UNKNOWN: { text: 'no equipment carries the code %s', status: 404, remedy: 'reject' },
  CODE_TAKEN: { text: '%s %s belongs to equipment %s already', status: 409, remedy: 'reject' },

  // rules
  RULES_CHANGED: {
    text: 'the rules are at version %s by now, not %s; read them again',
    status: 409,
    remedy: 'reject',
  },
  RULES_REFUSED: { text: 'the rules stay as they are: %s', status: 400, remedy: 'reject' },
  RULE_FLOODS: { text: 'the rules stay as they are: %s: %s; %s', status: 409, remedy: 'reject' },
  RULE_UNKNOWN: { text: '%s is no pattern, and no rule of one’s own', status: 404, remedy: 'reject' },
  RULES_VERSION_UNKNOWN: { text: 'there is no version %s of the rules', status: 404, remedy: 'reject' },

  // response plans
  PLANS_CHANGED: { text: 'plans are at version %s, not %s: read again', status: 409, remedy: 'reject' },
  PLAN_VERSION_UNKNOWN: { text: 'there is no version %s of the plans', status: 404, remedy: 'reject' },

  // incidents
  INCIDENT_UNKNOWN: {
    text: 'incident %s does not exist or is not yours to see',
    status: 404,
    remedy: 'reject',
  },
  ASSIGNMENT_UNKNOWN: { text: 'incident %s has no assignment %s', status: 404, remedy: 'reject' },
  ASSIGNMENT_NEEDED: {
    text: 'action %s needs the id of an assignment: several are active',
    status: 400,
    remedy: 'reject',
  },
  ACTION_NOT_ALLOWED: {
    text: 'action %s is not allowed while the incident is %s',
    status: 409,
    remedy: 'reject',
  },
  ACTION_REASON_NEEDED: { text: 'action %s needs a reason', status: 400, remedy: 'reject' },
  INCIDENT_CHANGED: {
    text: 'incident %s is at version %s by now, not %s; read it again',
    status: 409,
    remedy: 'reject',
  },
  INCIDENT_EXISTS: {
    text: 'equipment %s has the open incident %s of this kind; merge with it',
    status: 409,
    remedy: 'reject',
  },
  ANCHOR_REFUSED: {
    text: 'the anchor was not taken by %s: it answered %s; it is left there with the next checkpoint',
    status: 502,
    remedy: 'retry',
  },
  ACCIDENT_REPORT_NONE: {
    text: 'incident %s has no draft %s of an accident report; POST to the same address makes the next one',
    status: 404,
    remedy: 'reject',
  },
  SWEEP_NONE: {
    text: 'incident %s has no sweep list: it is not an area event',
    status: 404,
    remedy: 'reject',
  },
  SWEEP_LIFT_UNKNOWN: {
    text: 'lift %s is not on the sweep list of incident %s, or not yours to answer for',
    status: 404,
    remedy: 'reject',
  },
  SWEEP_NOT_ALLOWED: {
    text: 'a lift cannot be %s after %s; nobody is freed who was not inside, and taking "inside" back needs a note',
    status: 409,
    remedy: 'reject',
  },
  SWEEP_UNFINISHED: {
    text: 'area event %s cannot end: nobody has answered for %s lifts, and in %s people are still inside',
    status: 409,
    remedy: 'reject',
  },
  SHELF_EMPTY: { text: 'pattern %s of equipment %s is not shelved', status: 404, remedy: 'reject' },
  CALL_UNKNOWN: {
    text: 'no call %s waits for an answer with that token; post to the address that came with the call',
    status: 404,
    remedy: 'reject',
  },
  PUSH_HOST_UNKNOWN: {
    text: 'push service %s is not one that the service posts to; add it to TESHE_PUSH_HOSTS',
    status: 400,
    remedy: 'reject',
  },
  KEY_REUSED: { text: 'key %s was used for another request', status: 409, remedy: 'reject' },
} as const)

export type ErrorCode = keyof typeof ERRORS

/** A known failure. `message` is fit for the person who caused it when `status` is below 500. */
export class TesheError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly remedy: Remedy
  /** Field by field, for a form. */
  readonly fields: { field: string; message: string }[] | undefined

  constructor(
    code: ErrorCode,
    values: (string | number)[],
    options?: ErrorOptions & { fields?: { field: string; message: string }[] },
  ) {
    super(format(ERRORS[code].text, ...values), options)
    this.name = code
    this.code = code
    this.status = ERRORS[code].status
    this.remedy = ERRORS[code].remedy
    this.fields = options?.fields
  }
}

/** An error of another thread as it was thrown there; one without a code of ours is the thread's failure. */
export function revive(code: string, message: string): TesheError {
  const error = new TesheError(code in ERRORS ? (code as ErrorCode) : 'THREAD_FAILED', [])
  error.message = message
  return error
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
