/**
 * Which other company or station is sent: on duty with a fitting certificate before others, then whoever is there
 * first, where work already in hand counts as time. All who were considered stay in the timeline with their reasons.
 */
import type { OrganisationTable } from '../database/tables.js'
import { ACTIVE_STATUSES } from '../incidents/assignment-moves.js'
import { distanceMetres } from '../model/distance.js'
import { type DutyTeam, teamsOnDuty, withRoster } from '../registry/roster/duty.js'
import { type Candidate, type Considered, candidateOf } from './candidate.js'
import { spotOf, spotOfIncident } from './spots.js'
import type { Step } from './step.js'
import type { Spot } from './travel.js'

interface Choice extends Considered {
  organisation: OrganisationTable
  sameDistrict: boolean
}

/** A rescue in hand takes that long, by the printed means of arriving and freeing (ms). */
const BUSY_MS = 15 * 60_000
const LISTED = 5
const DUTY_RANK = { certified: 0, unknown: 0, uncertified: 1, off: 2 } as const

export async function chooseNearest(step: Step, spent: ReadonlySet<string>): Promise<Candidate[]> {
  const choices = await rankedTeams(step, (one) => spent.has(`${one.id} ${one.type}`))
  const [best] = choices
  if (!best) return []
  const considered = choices.slice(0, LISTED).map(({ organisation: _, sameDistrict: __, ...rest }) => rest)
  return [{ ...candidateOf(best.organisation, reasonOf(best)), crew: best.crew, considered }]
}

/** Best first. */
export async function rankedTeams(
  step: Step,
  leaveOut: (organisation: OrganisationTable) => boolean = () => false,
): Promise<Choice[]> {
  const { tx, file, moment } = step
  const all = await tx.db
    .selectFrom('organisation')
    .selectAll()
    .where('type', 'in', ['maintainer', 'station'])
    .orderBy('id')
    .execute()
  const organisations = all.filter((one) => one.id !== file.equipment?.maintainer_id && !leaveOut(one))
  if (organisations.length === 0) return []
  const organisationIds = organisations.map((one) => one.id)
  const kind = file.equipment?.kind ?? 'elevator'
  const { district } = file.incident
  const teams = (await teamsOnDuty(tx, { organisationIds, kind, at: moment.now })).filter(
    ({ districts }) => districts === null || district === null || districts.includes(district),
  )
  const rosters = await withRoster(tx, organisationIds)
  const loads = await loadsOf(step, organisationIds)
  const to = await spotOfIncident(step)
  return organisations
    .map((organisation) => {
      const { id } = organisation
      const own = teams.filter((one) => one.organisationId === id)
      const rostered = rosters.has(id)
      return choiceOf(step, { organisation, teams: own, rostered, load: loads.get(id) ?? 0, to })
    })
    .toSorted(
      (a, b) =>
        DUTY_RANK[a.duty] - DUTY_RANK[b.duty] ||
        (a.minutes ?? Number.MAX_VALUE) - (b.minutes ?? Number.MAX_VALUE) ||
        Number(b.sameDistrict) - Number(a.sameDistrict),
    )
}

function choiceOf(
  step: Step,
  of: {
    organisation: OrganisationTable
    /** Its own on duty. */
    teams: readonly DutyTeam[]
    rostered: boolean
    load: number
    to: Spot | null
  },
): Choice {
  const { organisation, load, to } = of
  const base = spotOf(organisation)
  const own = of.teams
    .map((team) => ({ team, from: spotOf(team) ?? base }))
    .toSorted(
      (a, b) => Number(certified(b.team)) - Number(certified(a.team)) || metres(a.from) - metres(b.from),
    )[0]
  const from = own?.from ?? base
  const known = from !== null && to !== null
  return {
    organisation,
    party: organisation.id,
    partyName: organisation.name,
    crew: own?.team.crewId ?? null,
    km: known ? Math.round(distanceMetres(from, to) / 100) / 10 : null,
    minutes: known ? Math.round((step.travel(from, to) + load * BUSY_MS) / 6_000) / 10 : null,
    duty: dutyOf(own?.team, of.rostered),
    load,
    sameDistrict: organisation.district !== null && organisation.district === step.file.incident.district,
  }

  function metres(spot: Spot | null): number {
    return spot && to ? distanceMetres(spot, to) : Number.MAX_VALUE
  }
}

function certified(team: DutyTeam): boolean {
  return team.members.some((one) => one.certified)
}

function dutyOf(team: DutyTeam | undefined, rostered: boolean): Considered['duty'] {
  if (!team) return rostered ? 'off' : 'unknown'
  return certified(team) ? 'certified' : 'uncertified'
}

function reasonOf({ km, sameDistrict }: Choice): string {
  if (km !== null) return `nearest ${km.toFixed(1)} km`
  return sameDistrict ? 'same-district' : 'only-one-left'
}

/** Rescues that each of them is on its way to, or at. */
async function loadsOf(
  { tx, file }: Step,
  organisationIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.db
    .selectFrom('assignment')
    .select((eb) => ['party', eb.fn.countAll<number>().as('count')])
    .where('party', 'in', organisationIds)
    .where('status', 'in', ACTIVE_STATUSES)
    .where('incident_id', '!=', file.incident.id)
    .groupBy('party')
    .execute()
  return new Map(rows.map(({ party, count }) => [party ?? '', Number(count)]))
}

/** The crew of a company that is on duty now and certified before others; `null` where it keeps no roster or nobody is. */
export async function crewOf({ tx, file, moment }: Step, organisationId: string): Promise<string | null> {
  const kind = file.equipment?.kind ?? 'elevator'
  const teams = await teamsOnDuty(tx, { organisationIds: [organisationId], kind, at: moment.now })
  return (teams.find(certified) ?? teams[0])?.crewId ?? null
}
