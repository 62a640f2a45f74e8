/** The API over a test world, with a history that answers from a list. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type ApiOptions, createApi } from '../../src/api/api.js'
import type { HistoryReader } from '../../src/api/history.js'
import { createIntakeSource } from '../../src/api/intake-overview.js'
import { createLoginBrake } from '../../src/broker/login-brake.js'
import { createPushSubscriptions } from '../../src/dispatch/channels/push-subscriptions.js'
import { createPlanBook } from '../../src/dispatch/plans/plan-book.js'
import { dispatchSettingsOf, planDefaultsOf } from '../../src/dispatch/settings.js'
import { TesheError } from '../../src/errors.js'
import type { HistoryClient } from '../../src/history/client.js'
import type { StoredEvent } from '../../src/history/history.js'
import { createLatest } from '../../src/live/latest.js'
import { createRecentRejections } from '../../src/live/rejections.js'
import { SHIPPED_RULES } from '../../src/model/rule-set.js'
import { createBacktests } from '../../src/oversight/backtests.js'
import { silentLog } from '../../src/runtime/log.js'
import { createMetrics } from '../../src/runtime/metrics.js'
import { tempDir } from '../helpers/temp-dir.js'
import type { World } from './world.js'

/** Stored values and events of one equipment; queries as the seam's contract says. */
export function historyOf({
  values = {},
  events = [],
}: {
  values?: Record<string, [number, number][]>
  events?: StoredEvent[]
}): HistoryReader & { queries: unknown[] } {
  const queries: unknown[] = []
  return {
    queries,
    series: (query) => {
      queries.push(query)
      const found = query.signals.map((name) => [
        name,
        (values[name] ?? []).filter(([ms]) => ms >= query.from && ms < query.to),
      ])
      return Promise.resolve(Object.fromEntries(found))
    },
    events: (_equipment, from, to, limit) =>
      Promise.resolve(
        events
          .filter(({ ts }) => ts >= from && ts < to)
          .sort((a, b) => b.ts - a.ts)
          .slice(0, limit),
      ),
  }
}

async function* nothing(): AsyncGenerator<string> {}

export function apiOptions(world: World, options: Partial<ApiOptions> = {}): ApiOptions {
  return {
    database: world.database,
    registry: world.registry,
    incidents: world.incidents,
    record: {
      export: async (id, viewer) => ({ number: (await world.incidents.get(id, viewer)).number, text: '' }),
      exportPeriod: () => Promise.resolve({ incidents: 0, file: nothing() }),
      check: () =>
        Promise.resolve({
          ...{ verdict: 'intact', faults: [], faultCount: 0 },
          ...{ entries: 0, checkpoints: 0, latest: null, next: null },
        }),
      keys: () => [],
      figures: () => ({ checkpoints: 0, anchored: 0, anchorsFailed: 0 }),
      close: () => Promise.resolve(),
    },
    history: historyOf({}),
    exportsDir: tempDir('exports'),
    latest: createLatest(),
    observability: () => Promise.resolve(null),
    backtests: createBacktests({
      database: world.database,
      journalDir: tempDir('journal'),
      snapshotFile: join(tempDir('snapshots'), 'rules.sqlite'),
      history: historyOf({}),
      newId: randomUUID,
      now: () => world.clock.now,
    }),
    telling: {
      notices: { notices: () => Promise.resolve({ items: [], next: null }) },
      pushes: createPushSubscriptions({
        database: world.database,
        hosts: ['push.example.org'],
        now: () => world.clock.now,
      }),
      pushKey: 'key',
      answers: { receive: ({ call }) => Promise.reject(new TesheError('CALL_UNKNOWN', [call])) },
    },
    plans: {
      book: createPlanBook({ database: world.database, now: () => world.clock.now }),
      defaults: planDefaultsOf(dispatchSettingsOf({})),
    },
    liveRules: () => SHIPPED_RULES,
    loginsSettled: () => Promise.resolve(),
    devices: {
      append: () => Promise.resolve(1),
      brake: createLoginBrake({ now: () => world.clock.now }),
      requestsPerSecond: { device: 200, gateway: 5000 },
      maxBytes: 1024 * 1024,
      onRefused: () => {},
      sleep: () => Promise.resolve(),
    },
    intake: createIntakeSource({
      parts: () => ({
        gateway: null,
        rules: null,
        history: { stats: () => null } as HistoryClient,
        historyBacklog: { records: 0, drainSeconds: 0 },
      }),
      rejections: createRecentRejections(),
      since: world.clock.now,
    }),
    readiness: () => [{ part: 'database', ready: true }],
    metrics: createMetrics(),
    metricsToken: null,
    loopback: true,
    https: null,
    trustProxy: false,
    secure: false,
    publishedOrigins: [],
    tileOrigins: [],
    dashboardsDir: null,
    version: '0.0.0',
    log: silentLog,
    now: () => world.clock.now,
    ...options,
  }
}

export async function apiOf(world: World, options: Partial<ApiOptions> = {}): Promise<FastifyInstance> {
  return await createApi(apiOptions(world, options))
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}
