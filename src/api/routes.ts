/**
 * Every route of the service, one line each: who may call it, what of a tenant it touches, what it takes and answers.
 * A role that is not named may not. Registration, the OpenAPI page and the tests walk this table; nothing else adds a route.
 */
import Type from 'typebox'
import { ROLES } from '../model/incident.js'
import * as accident from './accident-report-schemas.js'
import type { createAccidentReportHandlers } from './accident-reports.js'
import type { createAuditHandlers } from './audit.js'
import * as audit from './audit-schemas.js'
import * as backtest from './backtest-schemas.js'
import type { createBacktestHandlers } from './backtests.js'
import * as device from './device-schemas.js'
import type { createDeviceHandlers } from './devices.js'
import type { createEquipmentHandlers } from './equipment.js'
import * as equipment from './equipment-schemas.js'
import type { createExportHandlers } from './history-export.js'
import * as incident from './incident-schemas.js'
import type { createIncidentHandlers } from './incidents.js'
import type { createIntakeHandlers } from './intake.js'
import * as intake from './intake-schemas.js'
import * as mark from './mark-schemas.js'
import type { createMarkHandlers } from './marks.js'
import type { createPeopleHandlers } from './people.js'
import * as people from './people-schemas.js'
import * as plan from './plan-schemas.js'
import type { createPlanHandlers } from './plans.js'
import type { createRecordHandlers } from './record.js'
import * as record from './record-schemas.js'
import * as report from './report-schemas.js'
import type { createReportHandlers } from './reports.js'
import * as roster from './roster-schemas.js'
import type { createRosterHandlers } from './rosters.js'
import { type Route, route } from './route.js'
import * as rule from './rule-schemas.js'
import type { createRuleHandlers } from './rules.js'
import { Empty, EquipmentParams, IdParams, PageQuery } from './schemas.js'
import type { createServiceHandlers } from './service.js'
import * as service from './service-schemas.js'
import * as sweep from './sweep-schemas.js'
import type { createTelemetryHandlers } from './telemetry.js'
import type { createTellingHandlers } from './telling.js'
import * as telling from './telling-schemas.js'

export interface Handlers {
  people: ReturnType<typeof createPeopleHandlers>
  equipment: ReturnType<typeof createEquipmentHandlers>
  exports: ReturnType<typeof createExportHandlers>
  devices: ReturnType<typeof createDeviceHandlers>
  telemetry: ReturnType<typeof createTelemetryHandlers>
  intake: ReturnType<typeof createIntakeHandlers>
  incidents: ReturnType<typeof createIncidentHandlers>
  marks: ReturnType<typeof createMarkHandlers>
  telling: ReturnType<typeof createTellingHandlers>
  accidentReports: ReturnType<typeof createAccidentReportHandlers>
  record: ReturnType<typeof createRecordHandlers>
  audit: ReturnType<typeof createAuditHandlers>
  rules: ReturnType<typeof createRuleHandlers>
  plans: ReturnType<typeof createPlanHandlers>
  backtests: ReturnType<typeof createBacktestHandlers>
  reports: ReturnType<typeof createReportHandlers>
  rosters: ReturnType<typeof createRosterHandlers>
  service: ReturnType<typeof createServiceHandlers>
}

const EVERYBODY = ROLES
const ADMIN = ['admin'] as const
const DESK = ['admin', 'dispatcher'] as const
/** Who looks after machines; which of them they may change is the registry's to say. */
const KEEPERS = ['admin', 'dispatcher', 'maintainer', 'use-unit'] as const
/** Who makes a device heard again. */
const MENDERS = ['admin', 'dispatcher', 'maintainer', 'technician'] as const
/** Who says what is going on at a machine; each kind of mark has its own circle within these. */
const MARKERS = ['admin', 'dispatcher', 'maintainer', 'technician', 'operator'] as const
/** Who may carry a record out of the house. */
const READERS = ['admin', 'dispatcher', 'regulator'] as const
/** Who reads what the rules are set to; a maintainer what applies to its own. */
const RULE_READERS = ['admin', 'dispatcher', 'maintainer'] as const
/** Who answers for how good the alarms are; a regulator for those of the area. */
const OVERSIGHT = ['admin', 'dispatcher', 'regulator'] as const
/** Who looks at those who look at others' data, and at whether the record still stands. */
const OVERSEERS = ['admin', 'regulator'] as const
/** Who takes part in a rescue. Inspection bodies and regulators read. */
const RESCUE = ['admin', 'dispatcher', 'maintainer', 'technician', 'use-unit', 'operator'] as const
/** Who goes from lift to lift, or knows who is in them. */
const SWEEPERS = ['admin', 'dispatcher', 'maintainer', 'technician', 'use-unit'] as const
/** Who belongs to an organisation that keeps a roster, and sees it with its telephone numbers. */
const CREWS = ['admin', 'dispatcher', 'maintainer', 'technician', 'use-unit', 'operator'] as const
/** A regulator sees the cover of those who keep equipment in the area, without telephone numbers. */
const ROSTER_READERS = [...CREWS, 'regulator'] as const
const UNSHELVERS = ['admin', 'dispatcher', 'maintainer'] as const

export function createRoutes(handlers: Handlers): Route[] {
  const { people: p, equipment: e, devices: d, telemetry: t, incidents: i, service: s } = handlers
  return [
    ...sessionRoutes(p),
    ...equipmentRoutes(e, handlers.exports),
    ...markRoutes(handlers.marks),
    ...deviceRoutes(d),
    ...gatewayRoutes(d, t),
    ...intakeRoutes(handlers.intake),
    ...incidentRoutes(i),
    ...accidentRoutes(handlers.accidentReports),
    ...tellingRoutes(handlers.telling),
    ...recordRoutes(handlers.record, handlers.audit),
    ...ruleRoutes(handlers.rules),
    ...backtestRoutes(handlers.backtests),
    ...planRoutes(handlers.plans),
    ...reportRoutes(handlers.reports),
    ...peopleRoutes(p),
    ...rosterRoutes(handlers.rosters),
    ...serviceRoutes(s),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function sessionRoutes(p: Handlers['people']): Route[] {
  return [
    route({ method: 'POST', path: '/api/session', roles: 'open', scope: 'none', summary: 'Log in', schema: { body: people.LogIn, reply: people.SessionReply }, handler: p.logIn, guessable: true }),
    route({ method: 'GET', path: '/api/session', roles: EVERYBODY, scope: 'self', summary: 'Who am I', schema: { reply: people.CurrentSessionReply }, handler: p.whoAmI, beforePasswordChange: true }),
    route({ method: 'DELETE', path: '/api/session', roles: EVERYBODY, scope: 'self', summary: 'Log out', schema: { reply: Empty }, handler: p.logOut, beforePasswordChange: true }),
    route({ method: 'POST', path: '/api/session/password', roles: EVERYBODY, scope: 'self', summary: 'Change my password; ends my other sessions', schema: { body: people.PasswordChange, reply: people.CurrentSessionReply }, handler: p.changePassword, beforePasswordChange: true, guessable: true }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function equipmentRoutes(e: Handlers['equipment'], x: Handlers['exports']): Route[] {
  return [
    route({ method: 'GET', path: '/api/equipment', roles: EVERYBODY, scope: 'list', summary: 'Equipment, by id', schema: { query: equipment.EquipmentQuery, reply: equipment.EquipmentPage }, handler: e.list }),
    route({ method: 'POST', path: '/api/equipment', roles: DESK, scope: 'new', summary: 'Register equipment', schema: { body: equipment.NewEquipment, reply: equipment.Equipment }, handler: e.create, status: 201, creates: true, personal: 'reply' }),
    route({ method: 'GET', path: '/api/equipment/lookup', roles: EVERYBODY, scope: 'list', summary: 'Find by rescue code, registration code, certificate number or id', schema: { query: equipment.LookupQuery, reply: equipment.Equipment }, handler: e.lookup, personal: 'reply' }),
    route({ method: 'GET', path: '/api/equipment/:id', roles: EVERYBODY, scope: 'equipment', summary: 'One equipment', schema: { params: EquipmentParams, reply: equipment.Equipment }, handler: e.get, personal: 'reply' }),
    route({ method: 'PATCH', path: '/api/equipment/:id', roles: KEEPERS, scope: 'equipment', summary: 'Change equipment; keepers change name and rescue card of their own', schema: { params: EquipmentParams, body: equipment.EquipmentChange, reply: equipment.Equipment }, handler: e.change, personal: 'reply' }),
    route({ method: 'GET', path: '/api/equipment/:id/state', roles: EVERYBODY, scope: 'equipment', summary: 'Latest values, online, open incidents, observable patterns', schema: { params: EquipmentParams, reply: equipment.EquipmentState }, handler: e.state }),
    route({ method: 'GET', path: '/api/equipment/:id/history', roles: EVERYBODY, scope: 'equipment', summary: 'Values over time; the last hour by default', schema: { params: EquipmentParams, query: equipment.HistoryQuery, reply: equipment.HistoryReply }, handler: e.history }),
    route({ method: 'GET', path: '/api/equipment/:id/history/export', roles: EVERYBODY, scope: 'equipment', summary: 'Values over time as a file, CSV or Parquet: every value by default; audited', schema: { params: EquipmentParams, query: equipment.HistoryExportQuery, reply: equipment.HistoryFile }, handler: x.exportHistory, contentType: 'text/csv' }),
    route({ method: 'GET', path: '/api/equipment/:id/events', roles: EVERYBODY, scope: 'equipment', summary: 'What the device said, newest first; the last 30 days by default', schema: { params: EquipmentParams, query: equipment.EventQuery, reply: equipment.EventPage }, handler: e.events }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function markRoutes(m: Handlers['marks']): Route[] {
  return [
    route({ method: 'GET', path: '/api/marks', roles: EVERYBODY, scope: 'list', summary: 'What people say is going on at equipment: marks that are not over, the next to end first', schema: { query: PageQuery, reply: mark.MarkPage }, handler: m.current }),
    route({ method: 'GET', path: '/api/equipment/:id/marks', roles: EVERYBODY, scope: 'equipment', summary: 'Marks of one equipment, past ones included, newest first', schema: { params: EquipmentParams, query: PageQuery, reply: mark.MarkPage }, handler: m.list }),
    route({ method: 'POST', path: '/api/equipment/:id/marks', roles: MARKERS, scope: 'equipment', summary: 'Mark an equipment: a mechanic is there, maintenance, a drill, a planned window, a boiler test; always with an end', schema: { params: EquipmentParams, body: mark.NewMark, reply: mark.Mark }, handler: m.set, status: 201, creates: true }),
    route({ method: 'DELETE', path: '/api/equipment/:id/marks/:markId', roles: MARKERS, scope: 'equipment', summary: 'End a mark now', schema: { params: mark.MarkParams, reply: mark.Mark }, handler: m.end }),
    route({ method: 'GET', path: '/api/equipment/:id/tests', roles: EVERYBODY, scope: 'equipment', summary: 'What tests of a boiler showed: where its limits acted, how soon the fuel was off', schema: { params: EquipmentParams, query: PageQuery, reply: mark.TestPage }, handler: m.tests }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function deviceRoutes(d: Handlers['devices']): Route[] {
  return [
    route({ method: 'POST', path: '/api/equipment/credentials', roles: ADMIN, scope: 'new', summary: 'New secrets of up to 1000 devices, all or none, shown once; `?format=csv` to download', schema: { query: device.DownloadQuery, body: device.CredentialsOfMany, reply: device.CredentialsList }, handler: d.newCredentialsOfMany, status: 201, download: 'text/csv' }),
    route({ method: 'POST', path: '/api/equipment/:id/credentials', roles: DESK, scope: 'equipment', summary: 'New secret of the device, shown once; the old one stops working, at once or after an overlap', schema: { params: EquipmentParams, body: device.Rotation, reply: device.Credentials }, handler: d.newCredentials, status: 201, bodyOptional: true }),
    route({ method: 'DELETE', path: '/api/equipment/:id/credentials', roles: DESK, scope: 'equipment', summary: 'Revoke the log-in of the device and cut its connections, until a new secret is made', schema: { params: EquipmentParams, reply: Empty }, handler: d.revoke }),
    route({ method: 'GET', path: '/api/claims', roles: DESK, scope: 'list', summary: 'Unknown devices that ask to be admitted, newest first', schema: { query: PageQuery, reply: device.ClaimPage }, handler: d.listClaims }),
    route({ method: 'POST', path: '/api/claims/:id/admit', roles: DESK, scope: 'claim', summary: 'Register the equipment under the claimed name, with the secret that the device has', schema: { params: EquipmentParams, body: device.Admission, reply: equipment.Equipment }, handler: d.admit, status: 201, creates: true, personal: 'reply' }),
    route({ method: 'DELETE', path: '/api/claims/:id', roles: DESK, scope: 'claim', summary: 'Forget a claim; the device may ask again', schema: { params: EquipmentParams, reply: Empty }, handler: d.removeClaim }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function gatewayRoutes(d: Handlers['devices'], t: Handlers['telemetry']): Route[] {
  return [
    route({ method: 'GET', path: '/api/gateways', roles: KEEPERS, scope: 'list', summary: 'Gateways, by user name; a company sees its own', schema: { query: device.GatewayQuery, reply: device.GatewayPage }, handler: d.listGateways }),
    route({ method: 'POST', path: '/api/gateways', roles: DESK, scope: 'new', summary: 'Add a gateway; it gets its secret by `credentials`', schema: { body: device.NewGateway, reply: device.Gateway }, handler: d.createGateway, status: 201, creates: true }),
    route({ method: 'GET', path: '/api/gateways/:id', roles: KEEPERS, scope: 'gateway', summary: 'One gateway and the equipment bound to it', schema: { params: EquipmentParams, reply: device.Gateway }, handler: d.getGateway }),
    route({ method: 'PATCH', path: '/api/gateways/:id', roles: DESK, scope: 'gateway', summary: 'Change a gateway, bind and unbind equipment; unbinding cuts its connections', schema: { params: EquipmentParams, body: device.GatewayChange, reply: device.Gateway }, handler: d.changeGateway }),
    route({ method: 'DELETE', path: '/api/gateways/:id', roles: DESK, scope: 'gateway', summary: 'Remove a gateway and cut its connections', schema: { params: EquipmentParams, reply: Empty }, handler: d.removeGateway }),
    route({ method: 'POST', path: '/api/gateways/:id/credentials', roles: DESK, scope: 'gateway', summary: 'New secret of the gateway, shown once; the old one stops working, at once or after an overlap', schema: { params: EquipmentParams, body: device.Rotation, reply: device.Credentials }, handler: d.newGatewayCredentials, status: 201, bodyOptional: true }),
    route({ method: 'DELETE', path: '/api/gateways/:id/credentials', roles: DESK, scope: 'gateway', summary: 'Revoke the log-in of the gateway and cut its connections, until a new secret is made', schema: { params: EquipmentParams, reply: Empty }, handler: d.revokeGateway }),
    route({ method: 'POST', path: '/api/telemetry/:id', roles: 'device', scope: 'equipment', summary: 'Readings of a device that does not speak MQTT; answered when they are on disk', schema: { params: EquipmentParams, body: device.Telemetry, reply: device.TelemetryReply }, handler: t.post, status: 202, creates: true, rawBody: true }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function intakeRoutes(n: Handlers['intake']): Route[] {
  return [
    route({ method: 'GET', path: '/api/equipment/:id/intake', roles: MENDERS, scope: 'equipment', summary: 'Why is it not seen: its log-ins, what was refused or could not be read, its clock', schema: { params: EquipmentParams, reply: intake.EquipmentIntake }, handler: n.ofEquipment }),
    route({ method: 'GET', path: '/api/intake', roles: DESK, scope: 'none', summary: 'The intake as a whole, and the log-ins with most trouble', schema: { reply: intake.IntakeOverview }, handler: n.overview }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function incidentRoutes(i: Handlers['incidents']): Route[] {
  return [
    route({ method: 'GET', path: '/api/findings', roles: EVERYBODY, scope: 'list', summary: 'What the rules found, late and suppressed ones included', schema: { query: incident.FindingQuery, reply: incident.FindingPage }, handler: i.findings }),
    route({ method: 'GET', path: '/api/incidents', roles: EVERYBODY, scope: 'list', summary: 'Incidents, newest first', schema: { query: incident.IncidentQuery, reply: incident.IncidentPage }, handler: i.list }),
    route({ method: 'POST', path: '/api/incidents', roles: RESCUE, scope: 'new', summary: 'A phone call or manual report; 200 when it joined an open incident', schema: { body: incident.NewIncident, reply: incident.Incident }, handler: i.report, status: 201, creates: true, personal: 'reply' }),
    route({ method: 'GET', path: '/api/incidents/:id', roles: EVERYBODY, scope: 'incident', summary: 'One incident', schema: { params: IdParams, reply: incident.Incident }, handler: i.get, personal: 'reply' }),
    route({ method: 'GET', path: '/api/incidents/:id/timeline', roles: EVERYBODY, scope: 'incident', summary: 'What happened, oldest first', schema: { params: IdParams, query: PageQuery, reply: incident.TimelinePage }, handler: i.timeline, personal: 'path' }),
    route({ method: 'POST', path: '/api/incidents/:id/actions', roles: RESCUE, scope: 'incident', summary: 'Act on an incident', schema: { params: IdParams, body: incident.ActionBody, reply: incident.Incident }, handler: i.act, personal: 'reply' }),
    route({ method: 'GET', path: '/api/reports/causes', roles: EVERYBODY, scope: 'list', summary: 'How often the guess at the cause was right, of incidents of the last year by default', schema: { query: incident.CauseFiguresQuery, reply: incident.CauseFigures }, handler: i.causeFigures }),
    route({ method: 'GET', path: '/api/incidents/:id/sweep', roles: EVERYBODY, scope: 'incident', summary: 'The lifts of an area event, the most pressing first; a company sees its own', schema: { params: IdParams, reply: sweep.Sweep }, handler: i.sweep, personal: 'path' }),
    route({ method: 'POST', path: '/api/incidents/:id/sweep/:equipmentId', roles: SWEEPERS, scope: 'incident', summary: 'Answer for one lift of an area event; people inside raise its own rescue or join it', schema: { params: sweep.SweepParams, body: sweep.SweepBody, reply: sweep.Sweep }, handler: i.answerSweep, personal: 'path' }),
    route({ method: 'GET', path: '/api/shelved', roles: EVERYBODY, scope: 'list', summary: 'Chattering sources whose findings are only recorded for now, with the reason and the end', schema: { query: sweep.ShelfQuery, reply: sweep.ShelfPage }, handler: i.shelved }),
    route({ method: 'POST', path: '/api/equipment/:id/unshelve', roles: UNSHELVERS, scope: 'equipment', summary: 'Take a source off the shelf; answers with what of the equipment is still on it', schema: { params: EquipmentParams, body: sweep.Unshelving, reply: sweep.ShelfPage }, handler: i.unshelve }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function tellingRoutes(t: Handlers['telling']): Route[] {
  return [
    route({ method: 'GET', path: '/api/notices', roles: DESK, scope: 'list', summary: 'Who was told what by which channels, newest first', schema: { query: telling.NoticeQuery, reply: telling.NoticePage }, handler: t.list, personal: 'list' }),
    route({ method: 'GET', path: '/api/incidents/:id/notices', roles: DESK, scope: 'incident', summary: 'The same of one incident', schema: { params: IdParams, query: telling.NoticeQuery, reply: telling.NoticePage }, handler: t.ofIncident, personal: 'path' }),
    route({ method: 'GET', path: '/api/push-key', roles: EVERYBODY, scope: 'none', summary: 'The public key by which a browser subscribes to pushes', schema: { reply: telling.PushKey }, handler: t.pushKey }),
    route({ method: 'POST', path: '/api/push-subscriptions', roles: EVERYBODY, scope: 'self', summary: 'This browser takes pushes for me', schema: { body: telling.NewPushSubscription, reply: Empty }, handler: t.subscribe, status: 201 }),
    route({ method: 'DELETE', path: '/api/push-subscriptions', roles: EVERYBODY, scope: 'self', summary: 'It takes no more', schema: { query: telling.PushSubscriptionQuery, reply: Empty }, handler: t.unsubscribe }),
    route({ method: 'POST', path: '/api/voice/answers', roles: 'open', scope: 'none', summary: 'What the provider of calls reports: a pressed key, how a call ended; at the address that came with the call', schema: { query: telling.VoiceQuery, body: telling.VoiceReport, reply: telling.VoiceReply }, handler: t.answerCall, rawBody: true }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function accidentRoutes(a: Handlers['accidentReports']): Route[] {
  return [
    route({ method: 'GET', path: '/api/incidents/:id/accident-report', roles: READERS, scope: 'incident', summary: 'The draft of the accident report as it was made, the newest by default; as Markdown by `Accept` or `?format=`', schema: { params: IdParams, query: accident.AccidentReportQuery, reply: accident.AccidentReport }, handler: a.get, download: 'text/markdown', personal: 'path' }),
    route({ method: 'POST', path: '/api/incidents/:id/accident-report', roles: DESK, scope: 'incident', summary: 'Draft it anew from what is known now; 200 with the newest while nothing has changed', schema: { params: IdParams, reply: accident.AccidentReport }, handler: a.renew, status: 201, bodyOptional: true, personal: 'path' }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function recordRoutes(r: Handlers['record'], a: Handlers['audit']): Route[] {
  return [
    route({ method: 'GET', path: '/api/incidents/:id/record', roles: READERS, scope: 'incident', summary: 'The signed record of an incident as a file, to be checked by `npm run verify`; audited', schema: { params: IdParams, reply: record.RecordFile }, handler: r.exportRecord, contentType: 'application/jsonl', personal: 'handler' }),
    route({ method: 'GET', path: '/api/record/export', roles: OVERSEERS, scope: 'list', summary: 'The signed records of all incidents opened in a period, the last 30 days by default, as one file, to be checked by `npm run verify`; streamed, one at a time; audited for each incident', schema: { query: record.PeriodQuery, reply: record.PeriodFile }, handler: r.exportPeriod, contentType: 'application/jsonl', personal: 'handler' }),
    route({ method: 'GET', path: '/api/record/verify', roles: OVERSEERS, scope: 'list', summary: 'Is the stored record, or that of one incident, still what was entered and sealed; page by page, intact when every page is', schema: { query: record.RecordCheckQuery, reply: record.RecordCheck }, handler: r.check }),
    route({ method: 'GET', path: '/api/audit', roles: OVERSEERS, scope: 'list', summary: 'Who saw and did what, newest first; a regulator what concerns the equipment and incidents of the area', schema: { query: audit.AuditQuery, reply: audit.AuditPage }, handler: a.list, personal: 'list' }),
    route({ method: 'GET', path: '/api/record/keys', roles: 'open', scope: 'none', summary: 'The public keys that sign the record', schema: { reply: record.RecordKeys }, handler: r.keys }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function ruleRoutes(r: Handlers['rules']): Route[] {
  return [
    route({ method: 'GET', path: '/api/rules', roles: RULE_READERS, scope: 'list', summary: 'Patterns with their parameters, what is set and why, rules of one’s own', schema: { reply: rule.Rules }, handler: r.list }),
    route({ method: 'GET', path: '/api/rules/versions', roles: RULE_READERS, scope: 'list', summary: 'What was changed, by whom and why, newest first', schema: { query: PageQuery, reply: rule.RuleVersionPage }, handler: r.versions }),
    route({ method: 'GET', path: '/api/rules/export', roles: RULE_READERS, scope: 'none', summary: 'Rules of one’s own as YAML documents', schema: { reply: Type.String() }, handler: r.exportAll, contentType: 'application/yaml' }),
    route({ method: 'POST', path: '/api/rules/check', roles: DESK, scope: 'none', summary: 'A draft: its faults with their places, and on how many machines it would fire now', schema: { body: rule.RuleDraft, reply: rule.RuleCheck }, handler: r.check }),
    route({ method: 'POST', path: '/api/rules/import', roles: ADMIN, scope: 'none', summary: 'Rules of one’s own from YAML documents, all or none', schema: { body: rule.RuleImport, reply: rule.RuleChanged }, handler: r.importAll }),
    route({ method: 'POST', path: '/api/rules/revert', roles: ADMIN, scope: 'none', summary: 'The set as it was in an earlier version, as the next version', schema: { body: rule.RuleRevert, reply: rule.RuleChanged }, handler: r.revert }),
    route({ method: 'PUT', path: '/api/rules/:id', roles: ADMIN, scope: 'rule', summary: 'Parameters of a pattern for a scope, or the text of a rule of one’s own; in force without restart', schema: { params: rule.RuleParams, body: rule.RuleChange, reply: rule.RuleChanged }, handler: r.change }),
    route({ method: 'DELETE', path: '/api/rules/:id', roles: ADMIN, scope: 'rule', summary: 'Take away a rule of one’s own, or what is set for a pattern', schema: { params: rule.RuleParams, query: rule.RuleRemoval, reply: rule.RuleChanged }, handler: r.remove }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function backtestRoutes(b: Handlers['backtests']): Route[] {
  return [
    route({ method: 'POST', path: '/api/rules/backtest', roles: DESK, scope: 'new', summary: 'Play rules, in force or a draft, over recorded time; one at a time', schema: { body: backtest.NewBacktest, reply: backtest.Backtest }, handler: b.start, status: 202 }),
    route({ method: 'GET', path: '/api/rules/backtest/:id', roles: DESK, scope: 'backtest', summary: 'How far a back-test is, and what it found', schema: { params: IdParams, reply: backtest.Backtest }, handler: b.get }),
    route({ method: 'DELETE', path: '/api/rules/backtest/:id', roles: DESK, scope: 'backtest', summary: 'Cancel a back-test, or forget one that has ended', schema: { params: IdParams, reply: Empty }, handler: b.cancel }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function planRoutes(p: Handlers['plans']): Route[] {
  return [
    route({ method: 'GET', path: '/api/plans', roles: OVERSIGHT, scope: 'none', summary: 'Response plans as people set them, in force or of an earlier version', schema: { query: plan.PlanQuery, reply: plan.Plans }, handler: p.get }),
    route({ method: 'GET', path: '/api/plans/resolved', roles: OVERSIGHT, scope: 'none', summary: 'The plan that holds for a kind of equipment in a district, everything filled in', schema: { query: plan.ResolvedQuery, reply: plan.ResponsePlan }, handler: p.resolved }),
    route({ method: 'GET', path: '/api/plans/versions', roles: OVERSIGHT, scope: 'none', summary: 'Who changed the plans when and why, newest first', schema: { query: plan.PlanVersionQuery, reply: plan.PlanVersionPage }, handler: p.versions }),
    route({ method: 'PUT', path: '/api/plans', roles: ADMIN, scope: 'none', summary: 'Put response plans in force as the next version; a rescue under way keeps its own', schema: { body: plan.PlanBody, reply: plan.Plans }, handler: p.change }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function reportRoutes(r: Handlers['reports']): Route[] {
  return [
    route({ method: 'GET', path: '/api/reports/alarm-quality', roles: OVERSIGHT, scope: 'list', summary: 'Alarms per dispatcher-hour, chattering, stale and false ones (EEMUA 191, ISA-18.2); the last 30 days by default', schema: { query: report.AlarmQualityQuery, reply: report.AlarmQuality }, handler: r.alarmQuality }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function peopleRoutes(p: Handlers['people']): Route[] {
  return [
    route({ method: 'GET', path: '/api/organisations', roles: EVERYBODY, scope: 'list', summary: 'Organisations', schema: { query: people.OrganisationQuery, reply: people.OrganisationPage }, handler: p.listOrganisations }),
    route({ method: 'POST', path: '/api/organisations', roles: DESK, scope: 'new', summary: 'Add an organisation', schema: { body: people.NewOrganisation, reply: people.Organisation }, handler: p.createOrganisation, status: 201, creates: true }),
    route({ method: 'GET', path: '/api/users', roles: ADMIN, scope: 'list', summary: 'People who may log in', schema: { query: people.UserQuery, reply: people.UserPage }, handler: p.listUsers, personal: 'list' }),
    route({ method: 'POST', path: '/api/users', roles: ADMIN, scope: 'new', summary: 'Add a person', schema: { body: people.NewUser, reply: people.User }, handler: p.createUser, status: 201, creates: true, personal: 'reply' }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function rosterRoutes(r: Handlers['rosters']): Route[] {
  return [
    route({ method: 'GET', path: '/api/roster', roles: ROSTER_READERS, scope: 'list', summary: 'Who is on duty when, and where cover lacks; an organisation sees its own, a regulator those of the area without telephone numbers', schema: { query: roster.RosterQuery, reply: roster.RosterPage }, handler: r.roster, personal: 'list' }),
    route({ method: 'GET', path: '/api/contacts', roles: CREWS, scope: 'list', summary: 'Whom to reach by function, of the centre, its districts and organisations; an organisation sees its own', schema: { query: roster.ContactQuery, reply: roster.ContactPage }, handler: r.listContacts, personal: 'list' }),
    route({ method: 'POST', path: '/api/contacts', roles: KEEPERS, scope: 'new', summary: 'Add a contact', schema: { body: roster.NewContact, reply: roster.Contact }, handler: r.createContact, status: 201, creates: true, personal: 'reply' }),
    route({ method: 'PATCH', path: '/api/contacts/:id', roles: KEEPERS, scope: 'contact', summary: 'Change a contact', schema: { params: IdParams, body: roster.ContactChange, reply: roster.Contact }, handler: r.changeContact, personal: 'reply' }),
    route({ method: 'DELETE', path: '/api/contacts/:id', roles: KEEPERS, scope: 'contact', summary: 'End a contact; it is not asked any more', schema: { params: IdParams, reply: Empty }, handler: r.endContact }),
    route({ method: 'GET', path: '/api/members', roles: CREWS, scope: 'list', summary: 'People of organisations with certificates and leave; an organisation sees its own', schema: { query: roster.MemberQuery, reply: roster.MemberPage }, handler: r.listMembers, personal: 'list' }),
    route({ method: 'POST', path: '/api/members', roles: KEEPERS, scope: 'new', summary: 'Add a person to an organisation', schema: { body: roster.NewMember, reply: roster.Member }, handler: r.createMember, status: 201, creates: true, personal: 'reply' }),
    route({ method: 'GET', path: '/api/members/:id', roles: CREWS, scope: 'member', summary: 'One person', schema: { params: IdParams, reply: roster.Member }, handler: r.getMember, personal: 'reply' }),
    route({ method: 'PATCH', path: '/api/members/:id', roles: KEEPERS, scope: 'member', summary: 'Change a person', schema: { params: IdParams, body: roster.MemberChange, reply: roster.Member }, handler: r.changeMember, personal: 'reply' }),
    route({ method: 'DELETE', path: '/api/members/:id', roles: KEEPERS, scope: 'member', summary: 'A person has left: on no shift from now on', schema: { params: IdParams, reply: Empty }, handler: r.endMember }),
    route({ method: 'POST', path: '/api/members/:id/certificates', roles: KEEPERS, scope: 'member', summary: 'Add a certificate; one that is renewed is added as another', schema: { params: IdParams, body: roster.NewCertificate, reply: roster.Member }, handler: r.addCertificate, status: 201, creates: true, personal: 'reply' }),
    route({ method: 'DELETE', path: '/api/members/:id/certificates/:certificateId', roles: KEEPERS, scope: 'member', summary: 'Withdraw a certificate from now on', schema: { params: roster.CertificateParams, reply: roster.Member }, handler: r.endCertificate, personal: 'reply' }),
    route({ method: 'POST', path: '/api/members/:id/leave', roles: KEEPERS, scope: 'member', summary: 'Enter leave or sickness; shifts meanwhile do not count', schema: { params: IdParams, body: roster.NewLeave, reply: roster.Member }, handler: r.addLeave, status: 201, creates: true, personal: 'reply' }),
    route({ method: 'DELETE', path: '/api/members/:id/leave/:leaveId', roles: KEEPERS, scope: 'member', summary: 'End leave now', schema: { params: roster.LeaveParams, reply: roster.Member }, handler: r.endLeave, personal: 'reply' }),
    route({ method: 'GET', path: '/api/crews', roles: CREWS, scope: 'list', summary: 'Crews; an organisation sees its own', schema: { query: roster.CrewQuery, reply: roster.CrewPage }, handler: r.listCrews }),
    route({ method: 'POST', path: '/api/crews', roles: KEEPERS, scope: 'new', summary: 'Add a crew; with its first an organisation keeps a roster, and must have cover from the next day on', schema: { body: roster.NewCrew, reply: roster.Crew }, handler: r.createCrew, status: 201, creates: true }),
    route({ method: 'PATCH', path: '/api/crews/:id', roles: KEEPERS, scope: 'crew', summary: 'Change a crew; shifts that are written keep their people', schema: { params: IdParams, body: roster.CrewChange, reply: roster.Crew }, handler: r.changeCrew }),
    route({ method: 'DELETE', path: '/api/crews/:id', roles: KEEPERS, scope: 'crew', summary: 'End a crew; its shifts cover nothing from now on', schema: { params: IdParams, reply: Empty }, handler: r.endCrew }),
    route({ method: 'GET', path: '/api/shifts', roles: CREWS, scope: 'list', summary: 'Shifts, by begin; an organisation sees its own', schema: { query: roster.ShiftQuery, reply: roster.ShiftPage }, handler: r.listShifts }),
    route({ method: 'POST', path: '/api/shifts', roles: KEEPERS, scope: 'new', summary: 'Write a shift of a crew, on several days if wished, all or none', schema: { body: roster.NewShift, reply: roster.Shifts }, handler: r.createShifts, status: 201, creates: true }),
    route({ method: 'PATCH', path: '/api/shifts/:id', roles: KEEPERS, scope: 'shift', summary: 'Change a shift that is not over', schema: { params: IdParams, body: roster.ShiftChange, reply: roster.Shift }, handler: r.changeShift }),
    route({ method: 'DELETE', path: '/api/shifts/:id', roles: KEEPERS, scope: 'shift', summary: 'Cancel a shift, or end it now', schema: { params: IdParams, reply: Empty }, handler: r.cancelShift }),
    route({ method: 'POST', path: '/api/shifts/:id/handover', roles: CREWS, scope: 'shift', summary: 'Hand over to the next shift; until it is taken over the people of this one stay responsible', schema: { params: IdParams, body: roster.NewHandover, reply: roster.Shift }, handler: r.handOver, status: 201, creates: true }),
    route({ method: 'POST', path: '/api/shifts/:id/handover/acknowledge', roles: CREWS, scope: 'shift', summary: 'Take over what was handed over', schema: { params: IdParams, reply: roster.Shift }, handler: r.takeOver }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function serviceRoutes(s: Handlers['service']): Route[] {
  return [
    route({ method: 'GET', path: '/api/openapi.json', roles: 'open', scope: 'none', summary: 'This description', schema: { reply: Type.Record(Type.String(), Type.Unknown()) }, handler: s.openapi }),
    route({ method: 'GET', path: '/healthz', roles: 'open', scope: 'none', summary: 'Is the process alive', schema: { reply: service.Healthz }, handler: s.healthz }),
    route({ method: 'GET', path: '/readyz', roles: 'open', scope: 'none', summary: 'Does every part work (503 when not); detail with the metrics token', schema: { reply: service.Readyz }, handler: s.readyz }),
    route({ method: 'GET', path: '/metrics', roles: 'open', scope: 'none', summary: 'Prometheus; with the metrics token', schema: { reply: Type.String() }, handler: s.metrics, contentType: 'text/plain' }),
  ]
}
