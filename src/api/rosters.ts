/** Rosters over HTTP: contacts, members with their papers, crews, shifts with handover, and who is on duty when. */
import type { Static } from 'typebox'
import type { Rosters } from '../registry/roster/rosters.js'
import type * as schema from './roster-schemas.js'
import { viewContact, viewCrew, viewMember, viewRoster, viewShift } from './roster-views.js'
import type { Call } from './route.js'
import type { IdParams } from './schemas.js'
import { parseTime, parseTimeOr } from './times.js'
import { viewPage } from './views.js'

type Id = Static<typeof IdParams>
type Body<S extends keyof typeof schema> = Static<(typeof schema)[S]>

const SHOWN_MS = 3 * 86_400_000

export function createRosterHandlers({ rosters, now }: { rosters: Rosters; now: () => number }) {
  return {
    ...contactHandlers(rosters),
    ...memberHandlers(rosters),
    ...crewHandlers(rosters),
    ...shiftHandlers(rosters),
    async roster({ query, viewer }: Call<unknown, Body<'RosterQuery'>>) {
      const { organisation: organisationId, from: given, to, ...paging } = query
      const from = parseTimeOr(given, 'from', now())
      const until = parseTimeOr(to, 'to', from + SHOWN_MS)
      return viewPage(await rosters.view.list({ ...paging, organisationId, from, until }, viewer), viewRoster)
    },
  }
}

function contactHandlers({ contacts }: Rosters) {
  return {
    async listContacts({ query, viewer }: Call<unknown, Body<'ContactQuery'>>) {
      const { organisation: organisationId, ...rest } = query
      return viewPage(await contacts.list({ ...rest, organisationId }, viewer), viewContact)
    },
    async createContact({ body, viewer, key }: Call<unknown, unknown, Body<'NewContact'>>) {
      return viewContact(await contacts.create(body, viewer, key))
    },
    async changeContact({ params, body, viewer }: Call<Id, unknown, Body<'ContactChange'>>) {
      return viewContact(await contacts.change(params.id, body, viewer))
    },
    async endContact({ params, viewer }: Call<Id>) {
      await contacts.end(params.id, viewer)
      return {}
    },
  }
}

function memberHandlers({ members, papers }: Rosters) {
  return {
    async listMembers({ query, viewer }: Call<unknown, Body<'MemberQuery'>>) {
      const { organisation: organisationId, ...rest } = query
      return viewPage(await members.list({ ...rest, organisationId }, viewer), viewMember)
    },
    async createMember({ body, viewer, key }: Call<unknown, unknown, Body<'NewMember'>>) {
      return viewMember(await members.create(body, viewer, key))
    },
    async getMember({ params, viewer }: Call<Id>) {
      return viewMember(await members.get(params.id, viewer))
    },
    async changeMember({ params, body, viewer }: Call<Id, unknown, Body<'MemberChange'>>) {
      return viewMember(await members.change(params.id, body, viewer))
    },
    async endMember({ params, viewer }: Call<Id>) {
      await members.end(params.id, viewer)
      return {}
    },
    async addCertificate({ params, body, viewer, key }: Call<Id, unknown, Body<'NewCertificate'>>) {
      const certificate = { ...body, validUntil: parseTime(body.validUntil, 'validUntil') }
      return viewMember(await papers.addCertificate(params.id, certificate, viewer, key))
    },
    async endCertificate({ params, viewer }: Call<Body<'CertificateParams'>>) {
      return viewMember(await papers.endCertificate(params.id, params.certificateId, viewer))
    },
    async addLeave({ params, body, viewer, key }: Call<Id, unknown, Body<'NewLeave'>>) {
      const { reason } = body
      const leave = { reason, from: parseTime(body.from, 'from'), until: parseTime(body.until, 'until') }
      return viewMember(await papers.addLeave(params.id, leave, viewer, key))
    },
    async endLeave({ params, viewer }: Call<Body<'LeaveParams'>>) {
      return viewMember(await papers.endLeave(params.id, params.leaveId, viewer))
    },
  }
}

function crewHandlers({ crews }: Rosters) {
  return {
    async listCrews({ query, viewer }: Call<unknown, Body<'CrewQuery'>>) {
      const { organisation: organisationId, ...rest } = query
      return viewPage(await crews.list({ ...rest, organisationId }, viewer), viewCrew)
    },
    async createCrew({ body, viewer, key }: Call<unknown, unknown, Body<'NewCrew'>>) {
      return viewCrew(await crews.create(body, viewer, key))
    },
    async changeCrew({ params, body, viewer }: Call<Id, unknown, Body<'CrewChange'>>) {
      return viewCrew(await crews.change(params.id, body, viewer))
    },
    async endCrew({ params, viewer }: Call<Id>) {
      await crews.end(params.id, viewer)
      return {}
    },
  }
}

function shiftHandlers({ shifts, handovers }: Rosters) {
  return {
    async listShifts({ query, viewer }: Call<unknown, Body<'ShiftQuery'>>) {
      const { crew: crewId, organisation: organisationId, from, to, ...paging } = query
      const span = { from: parseTimeOr(from, 'from', undefined), until: parseTimeOr(to, 'to', undefined) }
      return viewPage(await shifts.list({ ...paging, ...span, crewId, organisationId }, viewer), viewShift)
    },
    async createShifts({ body, viewer, key }: Call<unknown, unknown, Body<'NewShift'>>) {
      const span = { from: parseTime(body.from, 'from'), until: parseTime(body.until, 'until') }
      return { items: (await shifts.create({ ...body, ...span }, viewer, key)).map(viewShift) }
    },
    async changeShift({ params, body, viewer }: Call<Id, unknown, Body<'ShiftChange'>>) {
      const span = {
        from: parseTimeOr(body.from, 'from', undefined),
        until: parseTimeOr(body.until, 'until', undefined),
      }
      return viewShift(await shifts.change(params.id, { ...body, ...span }, viewer))
    },
    async cancelShift({ params, viewer }: Call<Id>) {
      await shifts.cancel(params.id, viewer)
      return {}
    },
    async handOver({ params, body, viewer, key }: Call<Id, unknown, Body<'NewHandover'>>) {
      return viewShift(await handovers.offer(params.id, body, viewer, key))
    },
    async takeOver({ params, viewer }: Call<Id>) {
      return viewShift(await handovers.acknowledge(params.id, viewer))
    },
  }
}
