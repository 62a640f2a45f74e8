/** The gateway's totals as metrics. */

import { createRise } from '../runtime/cumulative.js'
import type { Metrics } from '../runtime/metrics.js'
import type { Gateway } from './gateway.js'

const STATUSES = ['writing', 'tight', 'refusing'] as const

/** Returns what brings the metrics up to date; called once a second. */
export function createGatewayFigures({
  broker,
  journal,
}: Pick<Metrics, 'broker' | 'journal'>): (gateway: Gateway) => void {
  const rise = createRise()
  return (gateway) => {
    const stats = gateway.stats()
    const state = gateway.journal()
    if (stats) {
      broker.connections.set(stats.connections)
      broker.loopDelaySeconds.set(stats.loopDelayMs / 1000)
      for (const [kind, total] of Object.entries(stats.received)) {
        broker.messages.inc({ kind }, rise(`received ${kind}`, total))
      }
      for (const [what, total] of Object.entries(stats.refused)) {
        broker.refused.inc({ what }, rise(`refused ${what}`, total))
      }
      for (const [reason, total] of Object.entries(stats.rejected)) {
        broker.rejected.inc({ reason }, rise(`rejected ${reason}`, total))
      }
      for (const [fault, total] of Object.entries(stats.sparkplug)) {
        broker.sparkplug.inc({ fault }, rise(`sparkplug ${fault}`, total))
      }
      if (stats.uplink) {
        broker.uplinkConnected.set(stats.uplink.connected ? 1 : 0)
        broker.uplinkInFlight.set(stats.uplink.inFlight)
        broker.uplinkMessages.inc(rise('uplink messages', stats.uplink.messages))
        broker.uplinkOfferedAgain.inc(rise('uplink offered again', stats.uplink.offeredAgain))
        broker.uplinkFreshSessions.inc(rise('uplink fresh sessions', stats.uplink.freshSessions))
        for (const [why, total] of Object.entries(stats.uplink.refused)) {
          broker.uplinkRefused.inc({ why }, rise(`uplink refused ${why}`, total))
        }
      }
      broker.ignored.inc(rise('ignored', stats.ignored))
      broker.slowed.inc(rise('slowed', stats.slowed))
      broker.slowedSeconds.inc(rise('slowed seconds', stats.slowedMs / 1000))
      broker.rebirths.inc(rise('rebirths', stats.rebirths))
      broker.bytes.inc(rise('bytes', stats.bytes))
      broker.stored.inc(rise('stored', stats.stored))
      broker.redelivered.inc(rise('redelivered', stats.redelivered))
      broker.unreadableTopic.inc(rise('unreadable', stats.unreadableTopic))
      broker.staleStatus.inc(rise('stale status', stats.staleStatus))
      broker.droppedQos0.inc(rise('dropped', stats.droppedQos0))
      journal.commits.inc(rise('commits', stats.commits))
    }
    if (state) {
      journal.bytes.set(state.bytes)
      journal.budgetBytes.set(state.budgetBytes)
      journal.segments.set(state.segments)
      journal.head.set(state.head)
      for (const status of STATUSES) journal.status.set({ status }, status === state.status ? 1 : 0)
    }
  }
}
