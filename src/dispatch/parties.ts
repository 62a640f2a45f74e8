/** Whom the plan means: the company under contract, somebody of the house, the best placed other company, or those who are called by phone. */
import type { OrganisationTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { isActive } from '../incidents/assignment-moves.js'
import type { ContactRole } from '../model/contact.js'
import type { AssignmentRole } from '../model/incident-view.js'
import type { PlanParty } from '../model/plan.js'
import { contactsFor } from '../registry/roster/contacts-for.js'
import { type Candidate, candidateOf } from './candidate.js'
import { chooseNearest, crewOf } from './nearest.js'
import type { Step } from './step.js'

export const FIRE_BRIGADE = { party: null, partyName: '119', role: 'fire' } as const
const AMBULANCE = { party: null, partyName: '120', role: 'medical' } as const

/** Nobody when nobody of that kind is known, or all had their chance. */
export async function partiesFor(step: Step, party: PlanParty): Promise<Candidate[]> {
  switch (party) {
    case 'maintainer':
      return await keeper(step)
    case 'use-unit':
      return await organisationAs(step, step.file.equipment?.use_unit_id, 'use-unit')
    case 'nearest':
      return await chooseNearest(step, spent(step))
    case 'operator':
    case 'safety-officer':
    case 'safety-director':
    case 'principal':
      return await personOfTheHouse(step, party)
    case 'fire':
      return [{ ...FIRE_BRIGADE, chosenBecause: 'plan' }]
    case 'medical':
      return [{ ...AMBULANCE, chosenBecause: 'plan' }]
    case 'gas-company': {
      const contact = await contactOf(step, null, ['gas-company'])
      return [{ party: null, partyName: contact?.name ?? 'gas', role: 'gas-company', chosenBecause: 'plan' }]
    }
    case 'supervision':
      // Informed, never sent.
      return []
  }
}

/** The company under contract, by its crew on duty. */
async function keeper(step: Step): Promise<Candidate[]> {
  const found = await organisationAs(step, step.file.equipment?.maintainer_id, 'contracted-maintainer')
  return await Promise.all(
    found.map(async (one) => ({ ...one, crew: one.party === null ? null : await crewOf(step, one.party) })),
  )
}

async function organisationAs(
  step: Step,
  id: string | null | undefined,
  because: string,
): Promise<Candidate[]> {
  if (id === null || id === undefined) return []
  const organisation = await readOrganisation(step, id)
  if (!organisation) return []
  const candidate = candidateOf(organisation, because)
  return spent(step).has(keyOf(candidate)) ? [] : [candidate]
}

/** Who answers for a boiler where nobody is named: its boiler house. */
const ROLES: Record<'operator' | 'safety-officer' | 'safety-director' | 'principal', readonly ContactRole[]> =
  {
    operator: ['operator', 'boiler-house', 'duty-room'],
    'safety-officer': ['safety-officer'],
    'safety-director': ['safety-director'],
    principal: ['principal'],
  }

async function personOfTheHouse(
  step: Step,
  role: 'operator' | 'safety-officer' | 'safety-director' | 'principal',
): Promise<Candidate[]> {
  const id = step.file.equipment?.use_unit_id ?? null
  const organisation = id === null ? undefined : await readOrganisation(step, id)
  if (!organisation) return []
  const contact = await contactOf(step, organisation.id, ROLES[role])
  // The house as such is asked once; the others only where somebody is named.
  if (!contact && role !== 'operator') return []
  const candidate = { ...candidateOf(organisation, 'plan'), role, person: contact?.name }
  return spent(step).has(keyOf(candidate)) ? [] : [candidate]
}

/** The first who is named for one of these functions. */
async function contactOf(step: Step, organisationId: string | null, roles: readonly ContactRole[]) {
  const { district } = step.file.incident
  const [first] = await contactsFor(step.tx, { organisationId, district, roles })
  return first
}

function keyOf({ party, role }: { party: string | null; role: AssignmentRole }): string {
  return `${party} ${role}`
}

/** Those who are on it, or had their chance and did not come. */
function spent({ file }: Step): Set<string> {
  return new Set(
    file.assignments
      .filter((one) => isActive(one.status) || one.status === 'declined' || one.status === 'expired')
      .filter((one) => one.party !== null)
      .map(keyOf),
  )
}

/** The dispatcher's choice. Throws ORGANISATION_UNKNOWN. */
export async function namedParty(step: Step, id: string): Promise<Candidate> {
  const organisation = await readOrganisation(step, id)
  if (!organisation) throw new TesheError('ORGANISATION_UNKNOWN', [id])
  return candidateOf(organisation, 'wish')
}

async function readOrganisation({ tx }: Step, id: string): Promise<OrganisationTable | undefined> {
  return await tx.db.selectFrom('organisation').selectAll().where('id', '=', id).executeTakeFirst()
}
