/** Response plans over HTTP: what is set, what holds for a kind and a district, and changes of it. */
import type { PlanBook } from '../dispatch/plans/plan-book.js'
import { type PlanDefaults, resolvePlan } from '../dispatch/plans/resolve.js'
import type { PlanBody, PlanQuery, PlanVersionQuery, ResolvedQuery } from './plan-schemas.js'
import type { Call } from './route.js'
import { iso } from './times.js'
import { viewPage } from './views.js'

export function createPlanHandlers({ book, defaults }: { book: PlanBook; defaults: PlanDefaults }) {
  return {
    async get({ query }: Call<unknown, PlanQuery>) {
      const { version } = query
      return version === undefined ? await book.current() : { version, plans: await book.at(version) }
    },
    async resolved({ query }: Call<unknown, ResolvedQuery>) {
      const { kind = null, district = null } = query
      return resolvePlan((await book.current()).plans, { kind, district }, defaults)
    },
    async versions({ query }: Call<unknown, PlanVersionQuery>) {
      return viewPage(await book.versions(query), (one) => ({ ...one, at: iso(one.at) }))
    },
    async change({ body, viewer }: Call<unknown, unknown, PlanBody>) {
      return await book.change(body, viewer)
    },
  }
}
