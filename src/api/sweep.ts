/** Sweep lists and the shelf over HTTP: the incidents room decides, here only times are turned. */
import type { Static } from 'typebox'
import type { Incidents } from '../incidents/incidents.js'
import type * as inside from '../model/area.js'
import type { Call } from './route.js'
import type { EquipmentParams, IdParams } from './schemas.js'
import type { ShelfPage, ShelfQuery, Sweep, SweepBody, SweepParams, Unshelving } from './sweep-schemas.js'
import { iso, isoOrNull } from './times.js'
import { viewPage } from './views.js'

export function createSweepHandlers({ incidents }: { incidents: Incidents }) {
  return {
    async sweep({ params, viewer }: Call<Static<typeof IdParams>>) {
      return viewSweep(await incidents.sweep(params.id, viewer))
    },
    async answerSweep({ params, body, viewer }: Call<Static<typeof SweepParams>, unknown, SweepBody>) {
      return viewSweep(await incidents.answerSweep(params.id, params.equipmentId, body, viewer))
    },
    async shelved({ query, viewer }: Call<unknown, ShelfQuery>) {
      return viewPage(await incidents.shelved(query, viewer), viewSource)
    },
    async unshelve({ params, body, viewer }: Call<Static<typeof EquipmentParams>, unknown, Unshelving>) {
      await incidents.unshelve({ equipmentId: params.id, ...body }, viewer)
      return viewPage(await incidents.shelved({ equipment: params.id }, viewer), viewSource)
    },
  }
}

function viewSweep(sweep: inside.Sweep): Sweep {
  return {
    ...sweep,
    startedAt: iso(sweep.startedAt),
    lines: sweep.lines.map((line) => ({
      ...line,
      saidAt: isoOrNull(line.saidAt),
      waitingSince: isoOrNull(line.waitingSince),
    })),
  }
}

function viewSource(source: inside.ShelvedSource): Static<typeof ShelfPage>['items'][number] {
  return { ...source, since: iso(source.since), until: iso(source.until) }
}
