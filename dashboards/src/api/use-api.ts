/** Hands the one set of API calls to stores and pages. */
import { type App, type InjectionKey, inject } from 'vue'
import { type Calls, createCalls } from './calls.js'
import { createApi } from './request.js'

interface ApiAccess {
  calls: Calls
}

const KEY: InjectionKey<ApiAccess> = Symbol('api')

export function installApi(
  app: App,
  listeners: { onClock: (offsetMs: number) => void; onLoggedOut: () => void },
): void {
  app.provide(KEY, { calls: createCalls(createApi(listeners)) })
}

/** Inside a component's set-up or a store. */
export function useApi(): ApiAccess {
  const access = inject(KEY)
  if (!access) throw new ReferenceError('installApi comes before the first page')
  return access
}
