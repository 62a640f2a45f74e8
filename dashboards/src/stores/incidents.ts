/**
 * Open incidents as the socket tells them, and whole incidents where a page looks at one.
 * The socket says that something changed and which version it has; the API says everything, and only a newer version replaces.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, watch } from 'vue'
import { INCIDENT_STATUSES } from '../../../src/model/incident.js'
import type { Incident, IncidentSummary } from '../../../src/model/incident-view.js'
import type { Failure } from '../api/request.js'
import { useApi } from '../api/use-api.js'
import { byWhatRunsOutNext, isAlarm, isOpen } from '../domain/deadlines.js'
import { useLive } from './live.js'

const OPEN_STATUSES = INCIDENT_STATUSES.filter((status) => isOpen({ status })).join(',')
const ASK_MS = 5000

export const useIncidents = defineStore('incidents', () => {
  const { calls } = useApi()
  const live = useLive()
  const summaryById = shallowReactive(new Map<string, IncidentSummary>())
  const wholeById = shallowReactive(new Map<string, Incident>())
  /** False until the service has told which incidents are open. */
  const loaded = ref(false)
  const failure = ref<Failure | null>(null)
  const fetching = new Map<string, Promise<void>>()
  const wanted = new Set<string>()

  const open = computed(() => [...summaryById.values()].filter(isOpen))
  const sorted = computed(() => [...summaryById.values()].sort(byWhatRunsOutNext))
  const alarm = computed(() => open.value.some(isAlarm))

  live.onIncidents(receive)

  function receive(summaries: IncidentSummary[], whole: boolean): void {
    if (whole) {
      const present = new Set(summaries.map((summary) => summary.id))
      // What is no longer open ended while we were away; a page that looks at it fetches its end.
      for (const id of summaryById.keys()) {
        if (!present.has(id)) summaryById.delete(id)
      }
      for (const id of wanted) if (!present.has(id)) void fetchWhole(id)
      loaded.value = true
    }
    for (const summary of summaries) take(summary)
  }

  /** Without the line the API is asked again and again: a desk never waits for a socket. */
  async function ask(): Promise<void> {
    // Two lists, so that faults, which are many, do not crowd a rescue out.
    const [urgent, rest] = await Promise.all([
      calls.incidents({ status: OPEN_STATUSES, priority: 'P0,P1', limit: 500 }),
      calls.incidents({ status: OPEN_STATUSES, priority: 'P2,P3,P4', limit: 500 }),
    ])
    if (live.state !== 'lost') return
    failure.value = urgent.ok ? (rest.ok ? null : rest.failure) : urgent.failure
    if (urgent.ok && rest.ok) receive([...urgent.value.items, ...rest.value.items], true)
  }
  let asking: ReturnType<typeof setInterval> | null = null
  watch(
    () => live.state === 'lost',
    (lost) => {
      if (asking !== null) clearInterval(asking)
      asking = lost ? setInterval(() => void ask(), ASK_MS) : null
      if (lost) void ask()
    },
  )

  function take(summary: IncidentSummary): void {
    const known = summaryById.get(summary.id)
    if (known && known.version >= summary.version) return
    summaryById.set(summary.id, summary)
    const shown = wholeById.get(summary.id)
    if (wanted.has(summary.id) && (!shown || shown.version < summary.version)) void fetchWhole(summary.id)
  }

  /** Takes a whole incident, from a fetch or from the reply to an action. */
  function keep(incident: Incident): void {
    const known = wholeById.get(incident.id)
    if (known && known.version > incident.version) return
    wholeById.set(incident.id, incident)
    take(incident)
  }

  /** Fetches an incident, once at a time; a change that comes meanwhile fetches again. */
  function fetchWhole(id: string): Promise<void> {
    const running = fetching.get(id)
    if (running !== undefined) return running
    const run = async () => {
      const outcome = await calls.incident(id)
      fetching.delete(id)
      if (!outcome.ok) {
        failure.value = outcome.failure
        return
      }
      failure.value = null
      keep(outcome.value)
      const newest = summaryById.get(id)?.version ?? 0
      if (newest > outcome.value.version && wanted.has(id)) await fetchWhole(id)
    }
    const promise = run()
    fetching.set(id, promise)
    return promise
  }

  /** Keeps an incident whole and fresh until the returned function is called. */
  function hold(id: string): () => void {
    wanted.add(id)
    void fetchWhole(id)
    return () => wanted.delete(id)
  }

  function forget(): void {
    summaryById.clear()
    wholeById.clear()
    wanted.clear()
    loaded.value = false
  }

  return { summaryById, wholeById, loaded, failure, open, sorted, alarm, hold, keep, fetchWhole, forget }
})
