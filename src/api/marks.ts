/** Marks and test records over HTTP: what people say is going on at an equipment, and what its tests showed. */
import type { Static } from 'typebox'
import type { Incidents } from '../incidents/incidents.js'
import type * as inside from '../model/mark.js'
import type { MarkBook } from '../registry/marks.js'
import type { Mark, MarkParams, NewMark, TestRecord } from './mark-schemas.js'
import type { Call } from './route.js'
import type { EquipmentParams, PageQuery } from './schemas.js'
import { iso, isoOrNull, parseTimeOr } from './times.js'
import { viewPage } from './views.js'

type Id = Static<typeof EquipmentParams>
type Paging = Static<typeof PageQuery>

export function createMarkHandlers({
  marks,
  incidents,
}: {
  marks: MarkBook
  incidents: Pick<Incidents, 'tests'>
}) {
  return {
    async current({ query, viewer }: Call<unknown, Paging>) {
      return viewPage(await marks.current(query, viewer), viewMark)
    },
    async list({ params, query, viewer }: Call<Id, Paging>) {
      return viewPage(await marks.of(params.id, query, viewer), viewMark)
    },
    async set({ params, body, viewer, key }: Call<Id, unknown, NewMark>) {
      const mark = {
        ...body,
        from: parseTimeOr(body.from, 'from', undefined),
        until: parseTimeOr(body.until, 'until', undefined),
      }
      return viewMark(await marks.set(params.id, mark, viewer, key))
    },
    async end({ params, viewer }: Call<Static<typeof MarkParams>>) {
      return viewMark(await marks.end(params.id, params.markId, viewer))
    },
    async tests({ params, query, viewer }: Call<Id, Paging>) {
      return viewPage(await incidents.tests(params.id, query, viewer), viewTest)
    },
  }
}

function viewMark(mark: inside.MarkView): Mark {
  const { from, until, setAt, endedAt } = mark
  return { ...mark, from: iso(from), until: iso(until), setAt: iso(setAt), endedAt: isoOrNull(endedAt) }
}

function viewTest(test: inside.TestRecord): TestRecord {
  return { ...test, actedAt: iso(test.actedAt), endedAt: isoOrNull(test.endedAt) }
}
