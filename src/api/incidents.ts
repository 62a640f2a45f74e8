/** Incidents and findings over HTTP. The action table, its roles and its clocks are the incidents room's; here only times are turned. */
import type { Static } from 'typebox'
import type { Incidents } from '../incidents/incidents.js'
import { FINDING_STAGES } from '../model/finding.js'
import { INCIDENT_CLASSES, INCIDENT_STATUSES, PRIORITIES } from '../model/incident.js'
import type { IncidentTimes } from '../model/incident-view.js'
import type {
  ActionBody,
  CauseFiguresQuery,
  FindingQuery,
  IncidentQuery,
  NewIncident,
} from './incident-schemas.js'
import type { Call } from './route.js'
import { chosen, type IdParams, type PageQuery } from './schemas.js'
import { createSweepHandlers } from './sweep.js'
import { parseTime, parseTimeOr } from './times.js'
import { viewFinding, viewIncident, viewPage, viewSummary, viewTimelineEntry } from './views.js'

type Id = Static<typeof IdParams>

export function createIncidentHandlers({ incidents, now }: { incidents: Incidents; now: () => number }) {
  return {
    ...createSweepHandlers({ incidents }),

    async list({ query, viewer }: Call<unknown, Static<typeof IncidentQuery>>) {
      const page = await incidents.list(
        {
          ...query,
          status: chosen(query.status, INCIDENT_STATUSES),
          priority: chosen(query.priority, PRIORITIES),
          class: chosen(query.class, INCIDENT_CLASSES),
          from: parseTimeOr(query.from, 'from', undefined),
          to: parseTimeOr(query.to, 'to', undefined),
        },
        viewer,
      )
      return viewPage(page, viewSummary)
    },

    async get({ params, viewer }: Call<Id>) {
      return viewIncident(await incidents.get(params.id, viewer))
    },

    async timeline({ params, query, viewer }: Call<Id, Static<typeof PageQuery>>) {
      return viewPage(await incidents.timeline(params.id, query, viewer), viewTimelineEntry)
    },

    async report({ body, viewer, key, reply }: Call<unknown, unknown, Static<typeof NewIncident>>) {
      const { callers, at, ...rest } = body
      const { incident, joined } = await incidents.report(
        {
          ...rest,
          at: parseTimeOr(at, 'at', undefined),
          callers: callers?.map(({ at: calledAt, ...caller }, index) =>
            calledAt === undefined ? caller : { ...caller, at: parseTime(calledAt, `callers.${index}.at`) },
          ),
        },
        viewer,
        key,
      )
      reply.code(joined ? 200 : 201)
      return viewIncident(incident)
    },

    async act({ params, body, viewer, key }: Call<Id, unknown, Static<typeof ActionBody>>) {
      const { at, times, ...rest } = body
      const incident = await incidents.act(
        params.id,
        {
          ...rest,
          key: body.key ?? key,
          at: parseTimeOr(at, 'at', undefined),
          times: times && parseTimes(times),
        },
        viewer,
      )
      return viewIncident(incident)
    },

    async findings({ query, viewer }: Call<unknown, Static<typeof FindingQuery>>) {
      const page = await incidents.findings(
        {
          ...query,
          stage: chosen(query.stage, FINDING_STAGES),
          priority: chosen(query.priority, PRIORITIES),
          from: parseTimeOr(query.from, 'from', undefined),
          to: parseTimeOr(query.to, 'to', undefined),
        },
        viewer,
      )
      return viewPage(page, viewFinding)
    },
    /** Of the last year by default. */
    async causeFigures({ query, viewer }: Call<unknown, Static<typeof CauseFiguresQuery>>) {
      const to = parseTimeOr(query.to, 'to', now())
      const from = parseTimeOr(query.from, 'from', to - YEAR_MS)
      return await incidents.causeFigures({ from, to }, viewer)
    },
  }
}

const YEAR_MS = 365 * 86_400_000

function parseTimes(given: NonNullable<ActionBody['times']>): Partial<IncidentTimes> {
  const entries = Object.entries(given).map(([name, time]) => [name, parseTime(time, `times.${name}`)])
  return Object.fromEntries(entries)
}
