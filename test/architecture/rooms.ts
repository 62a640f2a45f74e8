/** Which room of `src` may know which other: the order of the house, kept in one table. */

const GROUND = ['errors', 'model', 'runtime'] as const
const STORAGE = [...GROUND, 'codecs'] as const
const DECISIONS = [...GROUND, 'database'] as const

/** Rooms by name, and what each may import. `errors` and `config` are files at the root that act as rooms. */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  model: ['errors', 'runtime'],
  runtime: ['errors', 'model'],
  config: GROUND,
  // What a tamper-evident record is and how it is checked, without database or service.
  record: GROUND,
  codecs: GROUND,
  broker: STORAGE,
  journal: STORAGE,
  database: STORAGE,
  history: [...STORAGE, 'journal'],
  rules: [...STORAGE, 'journal'],
  incidents: [...DECISIONS, 'record'],
  registry: DECISIONS,
  dispatch: [...DECISIONS, 'incidents', 'registry'],
  oversight: [...DECISIONS, 'incidents', 'registry', 'dispatch', 'history', 'rules'],
  // Commands beside the service, and its ear for them.
  upkeep: [...GROUND, 'config', 'journal', 'history', 'record', 'database', 'rules', 'oversight'],
  live: [...DECISIONS, 'incidents', 'registry', 'dispatch', 'history', 'oversight', 'rules'],
  api: [...DECISIONS, 'incidents', 'registry', 'dispatch', 'history', 'oversight', 'rules', 'live', 'codecs'],
}

/** Types alone may come from these as well: interfaces are declared where they are used or at the seam. */
export const ALLOWED_TYPES: Readonly<Record<string, readonly string[]>> = {
  broker: ['journal'],
  // Readiness is told of every room.
  api: ['broker'],
}

/** The entry of a thread assembles it, as `app.ts` does for the process: it may open the journal
 * itself, and a rule worker shapes what it hands to the history. */
export const THREAD_ENTRY = /(^|\/)([a-z-]+-)?(thread|worker)\.ts$/
export const ALLOWED_ENTRIES: Readonly<Record<string, readonly string[]>> = {
  broker: ['journal'],
  // A back-test reads the history where the journal does not reach, and decides as the desk would.
  rules: ['history', 'incidents'],
  // Its catch-up learns who is who from the rules' snapshots.
  history: ['rules'],
}

/** The room of a file of `src`: its folder, or for files at the root their own name. */
export function roomOf(path: string): string {
  const [, first = '', ...rest] = path.split('/')
  if (rest.length > 0) return first
  return first.startsWith('config') ? 'config' : first.replace(/\.ts$/, '')
}
