/**
 * Every number the service publishes about itself, in one list: names begin `teshe_` and carry their unit.
 * Each room is handed its own part and knows no other; `GET /metrics` prints the registry.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const FAST_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** The parts, by room. */
export type Metrics = ReturnType<typeof createMetrics>
export type BrokerMetrics = Metrics['broker']
export type TlsMetrics = Metrics['tls']
export type JournalMetrics = Metrics['journal']
export type RulesMetrics = Metrics['rules']
export type HistoryMetrics = Metrics['history']
export type DispatchMetrics = Metrics['dispatch']
export type LiveMetrics = Metrics['live']
export type ApiMetrics = Metrics['api']

/** A registry of its own, so that two services in one process (tests) do not share numbers. */
export function createMetrics({ processMetrics = false }: { processMetrics?: boolean } = {}) {
  const registry = new Registry()
  const registers = [registry]
  if (processMetrics) collectDefaultMetrics({ register: registry, prefix: 'teshe_' })

  function counter<const L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ) {
    return new Counter({ name, help, labelNames, registers })
  }
  function gauge<const L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) {
    return new Gauge({ name, help, labelNames, registers })
  }
  function seconds<const L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets = FAST_SECONDS,
  ) {
    return new Histogram({ name, help, labelNames, buckets, registers })
  }

  return {
    registry,

    broker: {
      connections: gauge('teshe_broker_connections', 'Open device connections.'),
      messages: counter('teshe_broker_messages_total', 'Messages received on topics that we read.', ['kind']),
      bytes: counter('teshe_broker_payload_bytes_total', 'Payload bytes received.'),
      stored: counter('teshe_broker_stored_total', 'Messages that the journal has on disk.'),
      redelivered: counter(
        'teshe_broker_redelivered_total',
        'Redeliveries acknowledged without a new record.',
      ),
      unreadableTopic: counter(
        'teshe_broker_unreadable_topic_total',
        'Messages acknowledged on a topic that means nothing to us.',
      ),
      staleStatus: counter(
        'teshe_broker_stale_status_total',
        'Words of being offline from a connection that is not the newest of its equipment.',
      ),
      droppedQos0: counter(
        'teshe_broker_dropped_qos0_total',
        'QoS 0 messages that the journal could not take.',
      ),
      ignored: counter(
        'teshe_broker_ignored_total',
        'Messages of a dialect that need not be kept, acknowledged.',
      ),
      rejected: counter(
        'teshe_broker_rejected_total',
        'Messages of a dialect, and parts of them, that could not be read at the intake.',
        ['reason'],
      ),
      slowed: counter('teshe_broker_slowed_total', 'Messages held back by a rate limit.'),
      slowedSeconds: counter('teshe_broker_slowed_seconds_total', 'How long they were held back, together.'),
      sparkplug: counter('teshe_broker_sparkplug_faults_total', 'What Sparkplug nodes did wrong.', ['fault']),
      rebirths: counter('teshe_broker_sparkplug_rebirths_total', 'Births that were asked for.'),
      uplinkConnected: gauge('teshe_uplink_connected', '1 while the outside broker is connected.'),
      uplinkInFlight: gauge('teshe_uplink_in_flight', 'Messages of it that wait for the journal.'),
      uplinkMessages: counter('teshe_uplink_messages_total', 'Messages taken from it.'),
      uplinkRefused: counter('teshe_uplink_refused_total', 'Of those, acknowledged and not taken.', ['why']),
      uplinkOfferedAgain: counter(
        'teshe_uplink_offered_again_total',
        'Of those, left with it because the journal could not take them.',
      ),
      uplinkFreshSessions: counter(
        'teshe_uplink_fresh_sessions_total',
        'Connections on which it knew no session of ours, the first one included.',
      ),
      refused: counter('teshe_broker_refused_total', 'What the intake turned away.', ['what']),
      loopDelaySeconds: gauge(
        'teshe_broker_loop_delay_seconds',
        'Longest turn of the gateway thread in the last second, commits included.',
      ),
    },

    tls: {
      reloads: counter('teshe_tls_reloads_total', 'Renewed certificate files, by what became of them.', [
        'listener',
        'result',
      ]),
      expires: gauge('teshe_tls_certificate_expires_timestamp_seconds', 'When the certificate in use ends.', [
        'listener',
      ]),
    },

    journal: {
      commits: counter('teshe_journal_commits_total', 'Group commits, each synced to disk.'),
      bytes: gauge('teshe_journal_bytes', 'Bytes of the segments.'),
      budgetBytes: gauge('teshe_journal_budget_bytes', 'TESHE_JOURNAL_MAX_GB in bytes.'),
      segments: gauge('teshe_journal_segments', 'Segment files.'),
      head: gauge('teshe_journal_head', 'Position of the newest durable record.'),
      status: gauge('teshe_journal_status', '1 for the status the journal is in.', ['status']),
    },

    rules: {
      records: counter('teshe_rules_records_total', 'Journal records stepped through.', ['worker']),
      readings: counter('teshe_rules_readings_total', 'Readings decoded.', ['worker']),
      rejected: counter('teshe_rules_rejected_total', 'Payloads that could not be read.', ['reason']),
      setAside: counter(
        'teshe_rules_set_aside_total',
        'Parts of payloads, and times of devices, that could not be used while the rest was.',
        ['reason'],
      ),
      disbelieved: counter('teshe_rules_disbelieved_total', 'Values outside their range.', ['worker']),
      evaluations: counter('teshe_rules_evaluations_total', 'Conditions evaluated.', ['worker']),
      findings: counter('teshe_rules_findings_total', 'Changes of stage of findings.', ['pattern', 'stage']),
      equipment: gauge('teshe_rules_equipment', 'Equipment with rule state.', ['worker']),
      lagSeconds: gauge('teshe_rules_lag_seconds', 'From arrival to rule step, worst of the interval.', [
        'worker',
      ]),
    },

    history: {
      rows: counter('teshe_history_rows_total', 'Rows stored.', ['store']),
      failures: counter('teshe_history_failures_total', 'Writes that failed and are offered again.', [
        'store',
      ]),
      setAside: counter('teshe_history_set_aside_total', 'Values the store cannot take.', [
        'store',
        'reason',
      ]),
      writeSeconds: seconds('teshe_history_write_seconds', 'One write.', ['store']),
      querySeconds: seconds('teshe_history_query_seconds', 'One query.', ['store']),
      lagSeconds: gauge('teshe_history_lag_seconds', 'Age of the oldest record not yet stored.', ['store']),
      backlogRecords: gauge(
        'teshe_history_backlog_records',
        'Records of the journal that are not in the history yet, about.',
        ['store'],
      ),
      backlogSeconds: gauge(
        'teshe_history_backlog_seconds',
        'Time until they are stored at the rate of the last half minute; infinite while they do not become fewer.',
        ['store'],
      ),
    },

    dispatch: {
      overdue: gauge(
        'teshe_dispatch_overdue',
        'Deadlines that should have rung ten seconds ago and have not.',
      ),
      noticesPending: gauge('teshe_dispatch_notices_pending', 'Notices that wait to be sent.'),
      noticesFailed: gauge('teshe_dispatch_notices_failed', 'Notices that were given up.'),
    },

    live: {
      clients: gauge('teshe_live_clients', 'Connected browsers.'),
      refused: counter('teshe_live_refused_total', 'Refused handshakes.', ['code']),
      frames: counter('teshe_live_frames_total', 'Frames sent to clients.'),
      rows: counter('teshe_live_rows_total', 'Equipment rows sent to clients.'),
      skipped: counter('teshe_live_skipped_total', 'Frames withheld because a client could not take them.'),
      dropped: counter('teshe_live_dropped_total', 'Clients cut.', ['reason']),
      equipment: gauge('teshe_live_equipment', 'Equipment with latest values.'),
    },

    api: {
      requestSeconds: seconds('teshe_http_request_seconds', 'Requests by route.', [
        'method',
        'route',
        'status',
      ]),
      logins: counter('teshe_http_logins_total', 'Log-ins.', ['result']),
      errors: counter('teshe_http_errors_total', 'Errors answered.', ['code', 'remedy']),
    },
  }
}
