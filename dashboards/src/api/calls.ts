/** The API's calls by name, so that no page spells a path. */
import type { AccidentReport } from '../../../src/model/accident-report.js'
import type { ShelvedSource, Sweep, SweepAnswer } from '../../../src/model/area.js'
import type { Action, Outcome as IncidentOutcome } from '../../../src/model/incident.js'
import type {
  Incident,
  IncidentSummary,
  StoredFinding,
  TimelineEntry,
  Via,
} from '../../../src/model/incident-view.js'
import type { MarkKind } from '../../../src/model/mark.js'
import { createDeviceCalls } from './device-calls.js'
import { type AsWritten, withMillis } from './incident-times.js'
import type * as Reply from './replies.js'
import { type Api, type Outcome, query } from './request.js'

/** What a person says with an action. */
export interface ActionRequest {
  action: Action
  /** Repeating it changes nothing. */
  key: string
  via: Via
  assignmentId?: string
  onBehalfOf?: string
  reason?: string
  outcome?: IncidentOutcome
  cause?: string
  people?: number
  note?: string
  level?: 1 | 2 | 3
  party?: string
}

/** A person's word for one lift of an area event. */
export interface SweepRequest {
  state: SweepAnswer
  people?: number
  note?: string
}

type Filter = Record<string, string | number | undefined | null>

export function createCalls(api: Api) {
  const post = <T>(path: string, body: unknown, idempotencyKey?: string): Promise<Outcome<T>> =>
    api.request<T>(path, { method: 'POST', body, ...(idempotencyKey ? { idempotencyKey } : {}) })
  const one = (id: string) => encodeURIComponent(id)

  async function timed<T>(call: Promise<Outcome<AsWritten<T>>>): Promise<Outcome<T>> {
    const outcome = await call
    return outcome.ok ? { ok: true, value: withMillis<T>(outcome.value) } : outcome
  }
  const list = <T>(path: string, filter: Filter) =>
    timed<Reply.Page<T>>(api.request(`${path}${query(filter)}`))

  return {
    ...createDeviceCalls(api),

    session: () => api.request<Reply.SessionReply>('/session'),
    logIn: (username: string, password: string) =>
      post<Reply.SessionReply>('/session', { username, password }),
    logOut: () => api.request<null>('/session', { method: 'DELETE' }),
    changePassword: (oldPassword: string, newPassword: string) =>
      post<unknown>('/session/password', { oldPassword, newPassword }),

    equipmentPage: (cursor: string | null, limit: number) =>
      api.request<Reply.Page<Reply.Equipment>>(`/equipment${query({ limit, cursor })}`),
    equipment: (id: string) => api.request<Reply.Equipment>(`/equipment/${one(id)}`),
    createEquipment: (body: unknown, key: string) => post<Reply.Equipment>('/equipment', body, key),
    state: (id: string) => api.request<Reply.EquipmentState>(`/equipment/${one(id)}/state`),
    lookup: (code: string) => api.request<Reply.Equipment>(`/equipment/lookup${query({ code })}`),
    history: (id: string, filter: Filter, signal?: AbortSignal) =>
      api.request<Reply.HistoryReply>(
        `/equipment/${one(id)}/history${query(filter)}`,
        signal ? { signal } : {},
      ),
    events: (id: string, filter: Filter) =>
      api.request<Reply.Page<Reply.StoredEvent>>(`/equipment/${one(id)}/events${query(filter)}`),
    currentMarks: (filter: Filter) => api.request<Reply.Page<Reply.Mark>>(`/marks${query(filter)}`),
    marksOf: (id: string, filter: Filter) =>
      api.request<Reply.Page<Reply.Mark>>(`/equipment/${one(id)}/marks${query(filter)}`),
    setMark: (
      id: string,
      body: { kind: MarkKind; reason: string; from?: number; until?: number },
      key: string,
    ) => post<Reply.Mark>(`/equipment/${one(id)}/marks`, body, key),
    endMark: (id: string, markId: string) =>
      api.request<Reply.Mark>(`/equipment/${one(id)}/marks/${one(markId)}`, { method: 'DELETE' }),
    testsOf: (id: string, filter: Filter) =>
      api.request<Reply.Page<Reply.TestRecord>>(`/equipment/${one(id)}/tests${query(filter)}`),
    findings: (filter: Filter) => list<StoredFinding>('/findings', filter),

    incidents: (filter: Filter) => list<IncidentSummary>('/incidents', filter),
    incident: (id: string) => timed<Incident>(api.request(`/incidents/${one(id)}`)),
    timeline: (id: string, filter: Filter) => list<TimelineEntry>(`/incidents/${one(id)}/timeline`, filter),
    accidentReport: (id: string, version?: number) =>
      timed<AccidentReport>(api.request(`/incidents/${one(id)}/accident-report${query({ version })}`)),
    accidentReportText: (id: string, filter: { version: number | undefined; language: string }) =>
      api.download(`/incidents/${one(id)}/accident-report${query({ format: 'markdown', ...filter })}`),
    renewAccidentReport: (id: string) =>
      timed<AccidentReport>(post(`/incidents/${one(id)}/accident-report`, {})),
    sweep: (id: string) => timed<Sweep>(api.request(`/incidents/${one(id)}/sweep`)),
    answerSweep: (id: string, equipmentId: string, body: SweepRequest) =>
      timed<Sweep>(post(`/incidents/${one(id)}/sweep/${one(equipmentId)}`, body)),
    shelved: (filter: Filter) => list<ShelvedSource>('/shelved', filter),
    unshelve: (id: string, body: { pattern: string; reason: string }) =>
      timed<Reply.Page<ShelvedSource>>(post(`/equipment/${one(id)}/unshelve`, body)),
    act: (id: string, body: ActionRequest) => timed<Incident>(post(`/incidents/${one(id)}/actions`, body)),

    organisations: () =>
      api.request<Reply.Page<Reply.Organisation>>(`/organisations${query({ limit: 500 })}`),
    createOrganisation: (body: unknown, key: string) => post<Reply.Organisation>('/organisations', body, key),
    users: () => api.request<Reply.Page<Reply.User>>(`/users${query({ limit: 500 })}`),
    createUser: (body: unknown, key: string) => post<Reply.User>('/users', body, key),

    pushKey: () => api.request<{ publicKey: string }>('/push-key'),
    subscribePush: ({ endpoint, keys }: PushSubscriptionJSON) =>
      post<unknown>('/push-subscriptions', { endpoint, keys }),
    unsubscribePush: (endpoint: string) =>
      api.request<unknown>(`/push-subscriptions${query({ endpoint })}`, { method: 'DELETE' }),
  }
}

export type Calls = ReturnType<typeof createCalls>
