/**
 * The house put together, in the order of the data: sinks are opened first and the door for devices last, so that
 * closing in reverse shuts the door first and lets what came in drain to its end.
 *
 *   device ─▶ gateway (broker, journal) ─┬─▶ rules ──▶ incidents ──▶ dispatch ──▶ people
 *                                        ├─▶ history
 *                                        └─▶ live ──▶ browsers            api ──▶ HTTP
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startApi } from './api/api.js'
import { createIntakeSource } from './api/intake-overview.js'
import { describeReadiness } from './api/readiness.js'
import { type Gateway, startGateway } from './broker/gateway.js'
import { createGatewayFigures } from './broker/gateway-figures.js'
import { createLoginBrake } from './broker/login-brake.js'
import type { Config } from './config.js'
import { channelsOf } from './config-channels.js'
import { isLoopback } from './config-checks.js'
import { correlationOf } from './config-desk.js'
import { deviceHttpOf, httpsOf, influxOf, limitsOf, listenersOf, uplinkOf } from './config-parts.js'
import { openDatabase } from './database/database.js'
import { createPlanner } from './dispatch/dispatch.js'
import { createDispatchFigures } from './dispatch/dispatch-figures.js'
import type { DispatchSettings } from './dispatch/settings.js'
import { startTelling } from './dispatch/telling.js'
import { messageOf, type TesheError } from './errors.js'
import { type HistoryClient, startHistory } from './history/client.js'
import { createHistoryFigures } from './history/history-figures.js'
import { createFindingInbox } from './incidents/finding-inbox.js'
import { createIncidents } from './incidents/incidents.js'
import { startRecord } from './incidents/record.js'
import { startWindowFeed } from './incidents/window-feed.js'
import { backlogOf } from './live/backlog.js'
import { createLatest } from './live/latest.js'
import { startLive } from './live/live.js'
import { createRecentRejections } from './live/rejections.js'
import { createBacktests } from './oversight/backtests.js'
import { createCredentialFeed } from './registry/credential-feed.js'
import { createDeviceReports } from './registry/device-reports.js'
import { startOutbox } from './registry/outbox.js'
import { createRegistry, type Registry } from './registry/registry.js'
import { startCoverWatch } from './registry/roster/cover-watch.js'
import { type RulePool, startRulePool } from './rules/pool.js'
import { createRuleFigures } from './rules/rule-figures.js'
import { openSnapshots } from './rules/snapshots.js'
import { createLocalBus } from './runtime/bus.js'
import { createCertificates } from './runtime/certificates.js'
import { createCloser } from './runtime/closer.js'
import { openDataDirectory } from './runtime/data-directory.js'
import { deriveKey, recordKeyOf, secretKeyOf } from './runtime/keys.js'
import type { Logger } from './runtime/log.js'
import { createMetrics } from './runtime/metrics.js'
import { packageRoot } from './runtime/package-root.js'
import { createSleep } from './runtime/sleep.js'
import { createWakeUpLine } from './runtime/wake-up.js'
import { openControl } from './upkeep/control.js'
import { CONTROL_SOCKET } from './upkeep/lines.js'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** How often the journal's retention is looked at, and metrics and backlog are brought up to date. */
const RETAIN_MS = 10_000
const FIGURES_MS = 1_000
/** How often log-ins that have run out are forgotten. */
const PURGE_MS = 3_600_000

export interface AppOptions {
  config: Config
  log: Logger
  version: string
  /** The data directory is marked so, and `npm start` will refuse it. */
  demo?: boolean
  /** Clocks of the desk other than the settings give, for tests. */
  dispatchSettings?: Partial<DispatchSettings>
  /** ms added before each journal commit; only the benchmark of slow disks. */
  commitDelayMs?: number
  /** Awaited at the moments that the chaos tests kill at. */
  probe?: (moment: 'finding-posted' | 'finding-committed') => Promise<void>
  /** A thread that the house cannot do without has died. */
  onFatal: (error: TesheError) => void
}

export interface App {
  httpPort: number
  mqttPort: number
  mqttsPort: number | null
  registry: Registry
  gateway: Gateway
  rules: RulePool
  history: HistoryClient
  /** Resolves when the door for devices knows every log-in that was made or changed. */
  loginsSettled(): Promise<void>
  /** Looks at all certificate files now; they are looked at every few seconds anyway. */
  reloadCertificates(): void
  /** Where the first administrator's password stands, when it was generated. */
  adminPasswordFile: string | null
  close(): Promise<void>
}

/** Opens everything; when it returns, devices and people are served. Throws what an operator can mend. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log, version, demo = false, onFatal } = options
  const closer = createCloser({ log })
  try {
    return await assemble()
  } catch (error) {
    await closer.close()
    throw error
  }

  async function assemble(): Promise<App> {
    const now = Date.now
    const sleep = createSleep(now)
    const bus = createLocalBus()
    const metrics = createMetrics({ processMetrics: true })
    const data = openDataDirectory({ dir: config.data.dir, demo })
    closer.push('data directory', data.close)
    const secretKey = secretKeyOf(data, config.secrets.sessionKey?.reveal())
    const deviceKey = deriveKey(secretKey, 'teshe device secrets')

    // 5 and 4: what people and the service decide.
    const databaseUrl = config.database.url?.reveal()
    const database = await openDatabase(
      databaseUrl ? { url: databaseUrl } : { file: data.file('teshe.sqlite') },
    )
    closer.push('database', () => database.close())
    const desk = { database, bus, log, now, sleep }
    const registry = createRegistry({ database, bus, secretKey: deviceKey, now, randomBytes })
    const admin = await registry.accounts.ensureAdmin({
      password: config.secrets.adminPassword?.reveal() ?? null,
    })
    if (admin.generatedPassword) data.writeSecret('admin-password', `${admin.generatedPassword}\n`)

    const settings: Partial<DispatchSettings> = {
      acceptMs: config.dispatch.acceptMinutes * MINUTE_MS,
      arriveMs: config.dispatch.arriveMinutes * MINUTE_MS,
      ...options.dispatchSettings,
    }
    const planner = createPlanner({ newId: randomUUID, settings })
    const incidents = createIncidents({
      database,
      bus,
      now,
      newId: randomUUID,
      planner,
      createProvisional: (tx, place, by) => registry.equipment.createProvisional(tx, place, by),
      ...correlationOf(config),
    })
    const recordKey = recordKeyOf(data, config.secrets.recordKey?.reveal())
    const record = startRecord({ ...desk, key: recordKey, ...config.record })
    closer.push('record', record.close)
    const { dispatch, ...told } = startTelling({
      ...desk,
      planner,
      incidents,
      settings: channelsOf(config),
      secretFile: data.secret,
      callKey: deriveKey(secretKey, 'teshe call answers'),
      clocks: settings,
    })
    closer.push('dispatch', () => dispatch.close())
    const cover = startCoverWatch({ ...desk, warnMs: config.roster.warnDays * DAY_MS })
    closer.push('rosters', cover.close)
    const inbox = createFindingInbox({
      receive: (findings) => incidents.receiveFindings(findings),
      ping: async () =>
        void (await database.db.selectFrom('schema_migration').select('id').limit(1).execute()),
      log,
      now,
      sleep,
    })
    closer.push('findings', inbox.close)

    // 3b: history, in its own thread.
    const journalDir = join(data.path, 'journal')
    mkdirSync(journalDir, { recursive: true })
    const snapshotFile = data.file('rules.sqlite')
    const history = await startHistory({
      dataDir: data.path,
      journalDir,
      snapshotFile,
      influx: influxOf(config),
      retention: config.history,
      onDeath: onFatal,
    })
    closer.push('history', () => history.close())
    const windows = startWindowFeed({ ...desk, keep: history.keep, onKnown: history.windowsKnown })
    closer.push('windows around incidents', windows.close)
    const historyFigures = createHistoryFigures(metrics.history, now)

    // 6: people look.
    const latest = createLatest()
    const rejections = createRecentRejections()
    const dashboardsDir = join(packageRoot(), 'dist/dashboards')
    const loopback = isLoopback(config.http.host)
    let rules: RulePool | null = null
    let gateway: Gateway | null = null
    const parts = () => ({
      ...{ gateway, rules, history, inbox, dispatch },
      historyBacklog: historyFigures.backlog(),
    })
    const backtests = createBacktests({ database, journalDir, snapshotFile, history, newId: randomUUID, now })
    closer.push('back-tests', backtests.close)
    const feed = createCredentialFeed({ bus, credentials: registry.credentials, log, now, sleep })
    closer.push('credentials', feed.close)
    const reports = createDeviceReports({ ...registry, log, now })
    const certificates = createCertificates({ log, metrics: metrics.tls })
    closer.push('certificates', certificates.close)
    const https = httpsOf(config)
    const api = await startApi({
      database,
      registry,
      incidents,
      record,
      history,
      exportsDir: data.file('exports'),
      latest,
      observability: async (id) => (await rules?.observability(id)) ?? null,
      backtests,
      telling: { notices: dispatch, ...told },
      plans: dispatch.plans,
      liveRules: () => registry.rules.current(),
      intake: createIntakeSource({ parts, rejections, since: now() }),
      readiness: () => describeReadiness(parts()),
      metrics,
      metricsToken: config.secrets.metricsToken?.reveal() ?? null,
      loopback,
      https: https?.texts ?? null,
      devices: {
        ...deviceHttpOf(config),
        append: (id, payload) => gateway?.append('telemetry', id, payload) ?? null,
        brake: createLoginBrake({ now }),
        onRefused: (username, address) => reports.refused('login-wrong', username, address, 'HTTP'),
        sleep,
      },
      loginsSettled: feed.settled,
      trustProxy: config.http.trustProxy ?? false,
      secure: config.http.cert !== null || !loopback,
      publishedOrigins: [],
      tileOrigins: [],
      dashboardsDir,
      version,
      log,
      now,
      host: config.http.host,
      port: config.http.port,
    })
    closer.push('http', api.close)
    if (https) certificates.follow('https', https, api.useCertificate)
    const live = startLive({
      server: api.server,
      latest,
      bus,
      sessions: registry.sessions,
      equipment: registry.equipment,
      incidents,
      notices: dispatch,
      publishedOrigins: [],
      metrics: metrics.live,
      log,
      now,
    })
    closer.push('live', () => live.close())

    // 3: rules follow the journal.
    const lines = Array.from({ length: config.rules.workers }, () => createWakeUpLine())
    rules = await startRulePool({
      journalDir,
      snapshotFile,
      workers: lines.map(({ sleeper }) => ({ journal: sleeper, history: history.port() })),
      async onFindings(findings) {
        for (const { pattern, stage } of findings) metrics.rules.findings.inc({ pattern, stage })
        await options.probe?.('finding-posted')
        await inbox.take(findings)
        await options.probe?.('finding-committed')
      },
      onFrame: live.push,
      onRejected({ equipment, at, reason, detail, head }) {
        rejections.note(equipment, { at, reason, detail, head })
        log.warn({ equipment, reason, detail, head }, 'payload could not be read')
      },
      onDeath: onFatal,
    })
    const running = rules
    closer.push('rules', () => running.close())

    // 2 and 1: the journal, and the door for devices.
    const logins = await feed.all()
    const listeners = listenersOf(config)
    const started = await startGateway({
      journalDir,
      budgetBytes: config.journal.maxGb * 1e9,
      retentionMs: config.journal.days * DAY_MS,
      bufferBytes: config.limits.intakeBufferBytes,
      ...listeners,
      headAtLeast: Math.max(...snapshotCursor(snapshotFile)),
      maxPacketBytes: config.limits.mqttPacketBytes,
      credentialKey: deviceKey,
      limits: limitsOf(config),
      logins,
      selfClaim: config.mqtt.selfClaim === 'allowed',
      sparkplugHost: config.limits.sparkplugHost,
      uplink: uplinkOf(config),
      readers: lines.map(({ waker }) => waker),
      commitDelayMs: options.commitDelayMs ?? 0,
      onRefused: reports.refused,
      onRejected(username, { reason, detail }, head) {
        rejections.note(username, { at: now(), reason, detail, head })
        log.warn({ username, reason, detail, head }, 'message could not be read')
      },
      onClaim: reports.claimed,
      onUplink(error) {
        if (error === null) log.info({ topics: config.uplink.topics }, 'uplink connected')
        else log.error({ error }, 'uplink does not bring everything')
      },
      onJournalState({ status, reason }) {
        if (status !== 'writing') log.error({ status, reason }, 'journal does not take everything')
      },
      onDeath: onFatal,
    })
    gateway = started
    closer.push('gateway', () => started.close())
    if (listeners.tls) certificates.follow('mqtts', listeners.tls, started.setTls)
    feed.deliver((username, login, cut) => started.setLogin(username, login, cut))
    const outbox = startOutbox({
      ...desk,
      append: ({ kind, equipment, payload }) => started.append(kind, equipment, payload),
      retentionMs: config.journal.days * DAY_MS,
    })
    closer.push('outbox', () => outbox.close())

    // Commands that work on the data directory meanwhile: backup, rebuild.
    const control = await openControl({
      path: data.file(CONTROL_SOCKET),
      about: {
        version,
        pid: process.pid,
        database: database.dialect,
        history: config.influx.url ? 'influx' : 'embedded',
      },
      history,
      journal: started.journal,
      // The gateway answers in order, so what it was told to drop before is dropped by then.
      settled: () => started.command('', new Uint8Array()),
      log,
    })
    closer.push('control', control.close)

    const gatewayFigures = createGatewayFigures(metrics)
    const ruleFigures = createRuleFigures(metrics.rules)
    const retaining = setInterval(
      () => started.retain([running.snapshots(), history.cursor(), ...control.needed()]),
      RETAIN_MS,
    )
    const dispatchFigures = createDispatchFigures(metrics.dispatch, log)
    const figures = setInterval(() => {
      void dispatchFigures(dispatch)
      gatewayFigures(started)
      ruleFigures(running)
      historyFigures.update(history, started.journal()?.head ?? 0)
      const journal = started.journal()
      const rulesLagMs = Math.max(0, ...running.stats().map(({ lagMs }) => lagMs))
      live.backlog(backlogOf({ at: now(), journal, rulesLagMs, history: historyFigures }))
    }, FIGURES_MS)
    const purging = setInterval(() => {
      registry.sessions
        .purge()
        .catch((error: unknown) => log.error({ error: messageOf(error) }, 'old log-ins could not be purged'))
    }, PURGE_MS)
    closer.push('figures', () => {
      clearInterval(purging)
      clearInterval(retaining)
      clearInterval(figures)
    })

    return {
      httpPort: api.port,
      mqttPort: started.port,
      mqttsPort: started.tlsPort,
      registry,
      gateway: started,
      rules: running,
      history,
      loginsSettled: feed.settled,
      reloadCertificates: certificates.check,
      adminPasswordFile: admin.generatedPassword ? data.file('admin-password') : null,
      close: closer.close,
    }
  }
}

/** How far the rules have read: no position at or below it may be given to a new record. */
function snapshotCursor(file: string): Float64Array {
  const snapshots = openSnapshots(file)
  const cursor = snapshots.cursor()
  snapshots.close()
  return cursor
}
