/** Log-ins of devices and gateways over HTTP, and unknown devices that ask to be admitted. Secrets are shown once. */
import type { Static } from 'typebox'
import type { Claim, ClaimBook } from '../registry/claims.js'
import type { Credentials } from '../registry/credentials.js'
import type { NewSecret } from '../registry/device-secrets.js'
import type { Gateway, GatewayBook, GatewaySummary } from '../registry/gateways.js'
import type {
  Admission,
  CredentialsOfMany,
  DownloadQuery,
  GatewayChange,
  GatewayQuery,
  NewGateway,
  Rotation,
} from './device-schemas.js'
import { type Call, Download } from './route.js'
import type { EquipmentParams } from './schemas.js'
import { iso, isoOrNull } from './times.js'
import { viewEquipment, viewPage } from './views.js'

type Id = Static<typeof EquipmentParams>
const MINUTE_MS = 60_000

export interface DeviceOptions {
  credentials: Pick<Credentials, 'create' | 'createAll' | 'revoke'>
  gateways: GatewayBook
  claims: Omit<ClaimBook, 'record'>
  /** Resolves when the door for devices knows what was changed. */
  settled: () => Promise<void>
}

export function createDeviceHandlers({ credentials, gateways, claims, settled }: DeviceOptions) {
  /** What a reply says holds at the door by then: a secret opens it, a revoked one does not. */
  async function known<T>(change: Promise<T>): Promise<T> {
    const made = await change
    await settled()
    return made
  }

  return {
    async newCredentials({ params, body, viewer, reply }: Call<Id, unknown, Static<typeof Rotation>>) {
      reply.header('cache-control', 'no-store')
      return viewSecret(await known(credentials.create(params.id, viewer, rotationOf(body))))
    },
    async newCredentialsOfMany({
      body,
      query,
      viewer,
      reply,
    }: Call<unknown, Static<typeof DownloadQuery>, Static<typeof CredentialsOfMany>>) {
      const made = await known(credentials.createAll(body.ids, viewer, rotationOf(body)))
      reply.header('cache-control', 'no-store')
      if (query.format !== 'csv') return { items: made.map(viewSecret) }
      const contentType = 'text/csv; charset=utf-8'
      return new Download({ contentType, filename: 'teshe-credentials.csv', text: csvOf(made) })
    },
    async revoke({ params, viewer }: Call<Id>) {
      await known(credentials.revoke(params.id, viewer))
      return {}
    },

    async listGateways({ query, viewer }: Call<unknown, Static<typeof GatewayQuery>>) {
      return viewPage(await gateways.list(query, viewer), viewTimes)
    },
    async getGateway({ params, viewer }: Call<Id>) {
      return viewGateway(await gateways.get(params.id, viewer))
    },
    async createGateway({ body, viewer, key }: Call<unknown, unknown, Static<typeof NewGateway>>) {
      return viewGateway(await known(gateways.create(body, viewer, key)))
    },
    async changeGateway({ params, body, viewer }: Call<Id, unknown, Static<typeof GatewayChange>>) {
      return viewGateway(await known(gateways.update(params.id, body, viewer)))
    },
    async removeGateway({ params, viewer }: Call<Id>) {
      await known(gateways.remove(params.id, viewer))
      return {}
    },
    async newGatewayCredentials({ params, body, viewer, reply }: Call<Id, unknown, Static<typeof Rotation>>) {
      reply.header('cache-control', 'no-store')
      return viewSecret(await known(gateways.createCredentials(params.id, viewer, rotationOf(body))))
    },
    async revokeGateway({ params, viewer }: Call<Id>) {
      await known(gateways.revoke(params.id, viewer))
      return {}
    },

    async listClaims({ query, viewer }: Call<unknown, Static<typeof GatewayQuery>>) {
      return viewPage(await claims.list(query, viewer), viewClaim)
    },
    async admit({ params, body, viewer, key }: Call<Id, unknown, Static<typeof Admission>>) {
      return viewEquipment(await known(claims.admit(params.id, body, viewer, key)))
    },
    async removeClaim({ params, viewer }: Call<Id>) {
      await claims.remove(params.id, viewer)
      return {}
    },
  }
}

function rotationOf({ overlapMinutes = 0 }: { overlapMinutes?: number }) {
  return { overlapMs: overlapMinutes * MINUTE_MS }
}

function viewSecret({ username, password, previousUntil }: NewSecret) {
  return { username, password, previousUntil: isoOrNull(previousUntil) }
}

/** Ids and secrets hold neither commas nor quotes, and begin with nothing that a spreadsheet would calculate. */
function csvOf(secrets: readonly NewSecret[]): string {
  const lines = secrets.map(({ username, password, previousUntil }) =>
    [username, password, isoOrNull(previousUntil) ?? ''].join(),
  )
  return `${['username,password,previousUntil', ...lines].join('\r\n')}\r\n`
}

function viewTimes<G extends GatewaySummary>(gateway: G) {
  return { ...gateway, createdAt: iso(gateway.createdAt), updatedAt: iso(gateway.updatedAt) }
}

function viewGateway(gateway: Gateway) {
  return viewTimes(gateway)
}

function viewClaim(claim: Claim) {
  return { ...claim, firstSeen: iso(claim.firstSeen), lastSeen: iso(claim.lastSeen) }
}
