/**
 * Step 6, HTTP: sessions, equipment, incidents, health and the dashboards, from one route table. Every answer is either
 * what the table's schema says or `{"error": …}`; every limit on what a caller may cost us stands in this file.
 */
import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import fastifyCookie from '@fastify/cookie'
import fastifyRateLimit from '@fastify/rate-limit'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { registerAjvFormats, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import { type FastifyInstance, fastify, LogController } from 'fastify'
import { Settings } from 'typebox/system'
import type { Database } from '../database/database.js'
import { messageOf, TesheError } from '../errors.js'
import type { Incidents } from '../incidents/incidents.js'
import type { IncidentRecord } from '../incidents/record.js'
import type { Latest } from '../live/latest.js'
import type { RuleSet } from '../model/rule-set.js'
import type { Backtests } from '../oversight/backtests.js'
import type { Registry } from '../registry/registry.js'
import type { Observability } from '../rules/messages.js'
import type { Logger } from '../runtime/log.js'
import type { Metrics } from '../runtime/metrics.js'
import { contextOptions, type TlsTexts } from '../runtime/tls-files.js'
import { createAccidentReportHandlers } from './accident-reports.js'
import { createAuditHandlers } from './audit.js'
import { createAuthentication } from './authentication.js'
import { createBacktestHandlers } from './backtests.js'
import { registerDashboards } from './dashboards.js'
import { createDeviceAdmission, type DeviceAdmissionOptions } from './device-admission.js'
import { createDeviceHandlers } from './devices.js'
import { createEquipmentHandlers } from './equipment.js'
import { registerErrorHandler } from './error-handler.js'
import { registerHeaders } from './headers.js'
import type { HistoryReader } from './history.js'
import { createExportHandlers } from './history-export.js'
import { createIncidentHandlers } from './incidents.js'
import { createIntakeHandlers, type IntakeOptions } from './intake.js'
import { createMarkHandlers } from './marks.js'
import { createPeopleHandlers } from './people.js'
import { createPersonalReads } from './personal-reads.js'
import { createPlanHandlers } from './plans.js'
import { createRecordHandlers } from './record.js'
import { registerRoutes } from './register.js'
import { createReportHandlers } from './reports.js'
import { createRosterHandlers } from './rosters.js'
import { createRoutes } from './routes.js'
import { createRuleHandlers } from './rules.js'
import { createServiceHandlers, type Readiness } from './service.js'
import { createTelemetryHandlers, type TelemetryOptions } from './telemetry.js'
import { createTellingHandlers, type TellingOptions } from './telling.js'

const BODY_LIMIT_BYTES = 1024 * 1024
/** From the first byte of a request to its last: a slow sender does not hold a socket. */
const REQUEST_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 10_000
/** Longer than the idle timeout of common proxies, so that they end idle connections, not we. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000
const LONGEST_PARAMETER = 256

export interface ApiOptions {
  /** For reports, which only read. */
  database: Database
  registry: Registry
  incidents: Incidents
  record: IncidentRecord
  history: HistoryReader
  /** A folder of our own: what is in it at the start goes. */
  exportsDir: string
  latest: Pick<Latest, 'state'>
  observability: (equipmentId: string) => Promise<Observability[] | null>
  backtests: Backtests
  /** What people are told by, and what comes back. */
  telling: Omit<TellingOptions, 'incidents' | 'now'>
  plans: Parameters<typeof createPlanHandlers>[0]
  /** The rules in force. */
  liveRules: () => RuleSet | Promise<RuleSet>
  /** What devices without MQTT may do. */
  devices: DeviceOptions
  /** Resolves when the door for devices knows every change of a log-in. */
  loginsSettled: () => Promise<void>
  /** What the door for devices says of itself. */
  intake: Omit<IntakeOptions, 'equipment' | 'gateways' | 'latest'>
  readiness: () => Readiness[] | Promise<Readiness[]>
  metrics: Metrics
  /** `null` when unset: then only loopback reads `/metrics`. */
  metricsToken: string | null
  /** The listener is bound to loopback only. */
  loopback: boolean
  /** PEM; `null` when TLS ends before us or not at all. */
  https: { cert: string | Buffer; key: string | Buffer } | null
  /** Which proxies are believed: `false`, `true`, or addresses and networks. */
  trustProxy: boolean | string | string[]
  /** People reach us by HTTPS, here or at a proxy. Decides the cookie's `Secure`. */
  secure: boolean
  /** Origins at which the service is published beside its own host, e.g. `https://desk.example.org`. */
  publishedOrigins: readonly string[]
  tileOrigins: readonly string[]
  /** The built dashboards; `null` or a missing folder serves the API alone. */
  dashboardsDir: string | null
  version: string
  log: Logger
  now: () => number
}

/** `maxBytes`: of one body, as of one MQTT packet. */
export type DeviceOptions = Omit<DeviceAdmissionOptions, 'secrets' | 'now'> &
  Pick<TelemetryOptions, 'append'> & { maxBytes: number }

/** Told of one request. A union has several for each thing that it may be, and all are needed to see what was meant. */
const MOST_FAULTS = 64

/** The whole of HTTP, ready to be injected into or to listen. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const { registry, metrics, log, secure, publishedOrigins } = options
  const app = createServer(options)
  Settings.Set({ maxErrors: MOST_FAULTS })
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  // Views hold exactly what the schemas name, so a second pass over every reply would only cost.
  app.setSerializerCompiler(() => (reply) => JSON.stringify(reply))
  registerErrorHandler(app, { metrics: metrics.api })
  countRequests(app, metrics)

  await registerHeaders(app, { tileOrigins: options.tileOrigins, secure })
  await app.register(fastifyCookie)
  await app.register(fastifyRateLimit, { global: false, cache: 20_000 })
  await registerDescription(app, options.version)

  const { sessions, accounts, organisations, equipment, credentials, gateways, claims, secrets } = registry
  const { incidents, latest, history, observability, devices, now } = options
  const routes = createRoutes({
    people: createPeopleHandlers({ sessions, accounts, organisations, secure, metrics: metrics.api }),
    equipment: createEquipmentHandlers({
      equipment,
      incidents,
      latest,
      history,
      observability,
      now,
    }),
    exports: createExportHandlers({
      equipment,
      history,
      audit: registry.audit,
      dir: options.exportsDir,
      now,
    }),
    devices: createDeviceHandlers({ credentials, gateways, claims, settled: options.loginsSettled }),
    telemetry: createTelemetryHandlers({ equipment, append: devices.append, now }),
    intake: createIntakeHandlers({ ...options.intake, equipment, gateways, latest }),
    marks: createMarkHandlers({ marks: registry.marks, incidents }),
    incidents: createIncidentHandlers({ incidents, now }),
    accidentReports: createAccidentReportHandlers({ incidents }),
    record: createRecordHandlers({ record: options.record, audit: registry.audit, now }),
    telling: createTellingHandlers({ ...options.telling, incidents, now }),
    audit: createAuditHandlers({ audit: registry.audit }),
    plans: createPlanHandlers(options.plans),
    rules: createRuleHandlers({ book: registry.rules, equipment, latest, now }),
    backtests: createBacktestHandlers({
      backtests: options.backtests,
      liveRules: options.liveRules,
      equipment,
      now,
    }),
    rosters: createRosterHandlers({ rosters: registry.rosters, now }),
    reports: createReportHandlers({ database: options.database, now }),
    service: createServiceHandlers({ ...options, openapi: () => app.swagger() }),
  })
  registerRoutes(app, routes, {
    authentication: createAuthentication(app, { sessions, publishedOrigins }),
    devices: createDeviceAdmission(app, { ...devices, secrets, now }),
    personalReads: createPersonalReads({ audit: registry.audit, now }),
    rawBodyLimit: devices.maxBytes,
  })
  await registerDashboards(app, options.dashboardsDir)
  await app.ready()
  log.debug({ routes: routes.length }, 'routes registered')
  return app
}

export interface StartedApi {
  app: FastifyInstance
  server: Server
  port: number
  /** For connections from now on, where we speak HTTPS. */
  useCertificate(texts: TlsTexts): void
  close(): Promise<void>
}

/** Listens; `close()` ends idle connections and waits for the rest. */
export async function startApi(options: ApiOptions & { host: string; port: number }): Promise<StartedApi> {
  const app = await createApi(options)
  await listen(app, options)
  const { port } = app.server.address() as AddressInfo
  const server: Server | HttpsServer = app.server
  return {
    app,
    server: app.server,
    port,
    useCertificate(texts) {
      if (server instanceof HttpsServer) server.setSecureContext(contextOptions(texts))
    },
    close: () => app.close(),
  }
}

async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw new TesheError('PORT_UNUSABLE', [`${host}:${port}`, messageOf(error)], { cause: error })
  }
}

function createServer({ https, trustProxy, log }: ApiOptions): FastifyInstance {
  registerAjvFormats()
  const limits = {
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  } as const
  const headersTimeout = HEADERS_TIMEOUT_MS
  return https
    ? (fastify({ ...limits, https: { ...https, headersTimeout } }) as unknown as FastifyInstance)
    : (fastify({ ...limits, http: { headersTimeout } }) as unknown as FastifyInstance)
}

function countRequests(app: FastifyInstance, { api }: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    api.requestSeconds.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
    done()
  })
}

async function registerDescription(app: FastifyInstance, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Teshe',
        description:
          'Lifts and boilers under watch, and the rescues that follow. Times are ISO 8601 with zone; lists page by `limit` and `cursor`.',
        version,
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'teshe_session' },
          device: { type: 'http', scheme: 'basic' },
        },
      },
    },
  })
  await app.register(fastifySwaggerUi, { routePrefix: '/api/docs' })
}
