/**
 * Every table and its columns, as the code sees them; the migrations make them and a test holds the two together.
 * Times are ms since 1970, switches 0 or 1, columns ending in `_json` hold JSON text.
 */
import type { AreaSiteTable, AreaTable, ShelfTable, SweepLineTable } from './tables/area-tables.js'
import type { DeliveryTable, PushSubscriptionTable } from './tables/delivery-tables.js'
import type {
  ClaimTable,
  DeviceLoginTable,
  DeviceSecretTable,
  GatewayEquipmentTable,
  GatewayTable,
} from './tables/device-tables.js'
import type { ContactTable, PlanVersionTable } from './tables/dispatch-tables.js'
import type {
  AssignmentTable,
  DeadlineTable,
  FindingTable,
  IncidentDayTable,
  IncidentTable,
  NoticeTable,
} from './tables/incident-tables.js'
import type { CheckpointTable, SealTable, TimelineTable, UnsealedTable } from './tables/record-tables.js'
import type {
  AccountTable,
  AuditTable,
  EquipmentTable,
  IdempotencyTable,
  MarkTable,
  OrganisationTable,
  OutboxTable,
  RuleVersionTable,
  SessionTable,
  TestRecordTable,
} from './tables/registry-tables.js'
import type {
  CertificateTable,
  CrewMemberTable,
  CrewTable,
  HandoverTable,
  LeaveTable,
  MemberTable,
  ShiftMemberTable,
  ShiftTable,
} from './tables/roster-tables.js'

export * from './tables/area-tables.js'
export * from './tables/delivery-tables.js'
export * from './tables/device-tables.js'
export * from './tables/dispatch-tables.js'
export * from './tables/incident-tables.js'
export * from './tables/record-tables.js'
export * from './tables/registry-tables.js'
export * from './tables/roster-tables.js'

export interface SchemaMigrationTable {
  id: number
  name: string
  applied_at: number
}

export interface Tables {
  organisation: OrganisationTable
  account: AccountTable
  session: SessionTable
  equipment: EquipmentTable
  device_login: DeviceLoginTable
  device_secret: DeviceSecretTable
  gateway: GatewayTable
  gateway_equipment: GatewayEquipmentTable
  claim: ClaimTable
  outbox: OutboxTable
  audit: AuditTable
  idempotency: IdempotencyTable
  finding: FindingTable
  rule_version: RuleVersionTable
  mark: MarkTable
  test_record: TestRecordTable
  incident_day: IncidentDayTable
  incident: IncidentTable
  assignment: AssignmentTable
  deadline: DeadlineTable
  timeline: TimelineTable
  notice: NoticeTable
  delivery: DeliveryTable
  push_subscription: PushSubscriptionTable
  plan_version: PlanVersionTable
  contact: ContactTable
  member: MemberTable
  certificate: CertificateTable
  leave: LeaveTable
  crew: CrewTable
  crew_member: CrewMemberTable
  shift: ShiftTable
  shift_member: ShiftMemberTable
  handover: HandoverTable
  checkpoint: CheckpointTable
  seal: SealTable
  unsealed: UnsealedTable
  area: AreaTable
  area_site: AreaSiteTable
  sweep_line: SweepLineTable
  shelf: ShelfTable
  schema_migration: SchemaMigrationTable
}
