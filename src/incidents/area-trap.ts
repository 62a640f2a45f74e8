/**
 * L-OFF-P where a whole site fell silent: who was in a moving, occupied or displaced car when it was last heard may be
 * trapped, and nothing can tell. The rules see one lift only, so this is found here, from what its silence says of it.
 */
import type { Tx } from '../database/database.js'
import type { FindingTable } from '../database/tables.js'
import type { Evidence, Finding } from '../model/finding.js'
import { SILENT } from './area-case.js'
import { type Reception, receiveFinding } from './findings.js'

const POSSIBLE_TRAP = 'L-OFF-P'
/** Evidence of the silence pattern: how the car was. */
const WORRYING = ['last-occupied', 'last-moving', 'last-outside-zone']

/** One for each silence, whose mark it takes over: told twice it changes nothing. */
export async function raisePossibleTrap(tx: Tx, silence: FindingTable, reception: Reception): Promise<void> {
  if (silence.stage === 'cleared') return
  const last: Evidence[] = JSON.parse(silence.evidence_json)
  if (!last.some((one) => WORRYING.includes(one.key))) return
  const occupied = last.some((one) => one.key === 'last-occupied')
  const finding: Finding = {
    id: possibleTrapOf(silence.id),
    equipment: silence.equipment_id,
    pattern: POSSIBLE_TRAP,
    class: 'trapped',
    priority: 'P1',
    stage: 'shown',
    position: silence.position,
    shard: silence.shard,
    since: silence.since,
    at: silence.shown_at ?? silence.since,
    confidence: occupied ? 0.7 : 0.4,
    evidence: [...last, { key: 'site-silent', witness: 'machine', at: silence.since }],
    suppressed: null,
    rulesVersion: silence.rules_version,
    // Nobody can see whether anybody is inside: somebody calls first.
    needsConfirmation: true,
  }
  await receiveFinding(tx, finding, reception)
}

/** The lift speaks again, so that its own patterns see; the case stays until a person has closed it. */
export async function clearPossibleTrap(tx: Tx, finding: Finding, reception: Reception): Promise<void> {
  if (finding.pattern !== SILENT || finding.stage !== 'cleared') return
  const id = possibleTrapOf(finding.id)
  const raised = await tx.db.selectFrom('finding').selectAll().where('id', '=', id).executeTakeFirst()
  if (!raised) return
  const { pattern, priority } = raised
  await receiveFinding(tx, { ...finding, id, pattern, class: raised.class, priority }, reception)
}

function possibleTrapOf(silenceId: string): string {
  return silenceId.replace(`/${SILENT}/`, `/${POSSIBLE_TRAP}/`)
}
