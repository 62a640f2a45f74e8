/** Drafts of accident reports over HTTP, as JSON or as a text to be saved. */
import type { Static } from 'typebox'
import { reportText } from '../incidents/accident-report-text.js'
import type { Incidents } from '../incidents/incidents.js'
import type * as inside from '../model/accident-report.js'
import type { AccidentReport, AccidentReportQuery } from './accident-report-schemas.js'
import { type Call, Download } from './route.js'
import type { IdParams } from './schemas.js'
import { iso, isoOrNull } from './times.js'
import { viewTimes } from './views.js'

type Id = Static<typeof IdParams>

export function createAccidentReportHandlers({
  incidents,
}: {
  incidents: Pick<Incidents, 'accidentReport' | 'renewAccidentReport'>
}) {
  return {
    async get({ params, query, viewer, request }: Call<Id, AccidentReportQuery>) {
      const report = await incidents.accidentReport(params.id, viewer, query.version)
      const { accept = '', 'accept-language': spoken = '' } = request.headers
      const asText = query.format ? query.format === 'markdown' : accept.includes('text/markdown')
      if (!asText) return viewReport(report)
      const language = query.language ?? (/^\s*en\b/i.test(spoken) ? 'en' : 'zh')
      return new Download({
        contentType: 'text/markdown; charset=utf-8',
        filename: `teshe-accident-report-${report.number}-${report.version}.md`,
        text: reportText(report, language),
      })
    },

    /** 201 when there was anything new to say. */
    async renew({ params, viewer, reply }: Call<Id>) {
      const { report, made } = await incidents.renewAccidentReport(params.id, viewer)
      reply.code(made ? 201 : 200)
      return viewReport(report)
    },
  }
}

function viewReport(report: inside.AccidentReport): AccidentReport {
  const { facts } = report
  return {
    ...report,
    madeAt: iso(report.madeAt),
    facts: {
      ...facts,
      times: viewTimes(facts.times),
      equipment: facts.equipment && { ...facts.equipment, attributes: { ...facts.equipment.attributes } },
      measures: facts.measures.map((one) => ({
        ...one,
        offeredAt: iso(one.offeredAt),
        acceptedAt: isoOrNull(one.acceptedAt),
        departedAt: isoOrNull(one.departedAt),
        arrivedAt: isoOrNull(one.arrivedAt),
        endedAt: isoOrNull(one.endedAt),
      })),
      informed: facts.informed.map((one) => ({ ...one, at: iso(one.at) })),
    },
    course: report.course.map((one) => ({ ...one, at: iso(one.at), recordedAt: iso(one.recordedAt) })),
  }
}
