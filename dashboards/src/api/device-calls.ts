/** The API's calls about log-ins, gateways, claims and the intake, by name. */
import type * as Device from './device-replies.js'
import type { Equipment, Page } from './replies.js'
import { type Api, type File, type Outcome, query } from './request.js'

/** Of one kind of log-in: both get secrets and lose them in the same way. */
export type LoginKind = 'device' | 'gateway'
const ROOM: Record<LoginKind, string> = { device: 'equipment', gateway: 'gateways' }

export function createDeviceCalls(api: Api) {
  const one = (id: string) => encodeURIComponent(id)
  const credentials = (kind: LoginKind, id: string) => `/${ROOM[kind]}/${one(id)}/credentials`

  return {
    newSecret: (kind: LoginKind, id: string, overlapMinutes: number) =>
      api.request<Device.Credentials>(credentials(kind, id), { method: 'POST', body: { overlapMinutes } }),
    revokeSecret: (kind: LoginKind, id: string) =>
      api.request<unknown>(credentials(kind, id), { method: 'DELETE' }),
    secretsOfMany: (ids: string[], overlapMinutes: number): Promise<Outcome<File>> =>
      api.download('/equipment/credentials?format=csv', { method: 'POST', body: { ids, overlapMinutes } }),

    claims: (cursor: string | null) =>
      api.request<Page<Device.Claim>>(`/claims${query({ limit: 100, cursor })}`),
    admit: (username: string, body: Device.Admission, idempotencyKey: string) =>
      api.request<Equipment>(`/claims/${one(username)}/admit`, { method: 'POST', body, idempotencyKey }),
    rejectClaim: (username: string) => api.request<unknown>(`/claims/${one(username)}`, { method: 'DELETE' }),

    gateways: (cursor: string | null) =>
      api.request<Page<Device.GatewaySummary>>(`/gateways${query({ limit: 100, cursor })}`),
    gateway: (username: string) => api.request<Device.Gateway>(`/gateways/${one(username)}`),
    createGateway: (body: unknown, idempotencyKey: string) =>
      api.request<Device.Gateway>('/gateways', { method: 'POST', body, idempotencyKey }),
    changeGateway: (username: string, body: { add?: string[]; remove?: string[] }) =>
      api.request<Device.Gateway>(`/gateways/${one(username)}`, { method: 'PATCH', body }),
    removeGateway: (username: string) =>
      api.request<unknown>(`/gateways/${one(username)}`, { method: 'DELETE' }),

    intakeOf: (id: string) => api.request<Device.EquipmentIntake>(`/equipment/${one(id)}/intake`),
    intake: () => api.request<Device.IntakeOverview>('/intake'),
    exportHistory: (
      id: string,
      filter: Record<string, string | number | undefined>,
      options: { signal: AbortSignal; onBytes: (bytes: number) => void },
    ): Promise<Outcome<File>> =>
      api.download(`/equipment/${one(id)}/history/export${query(filter)}`, options),
  }
}
