/**
 * Every route of the service, one line each: who may call it, what of a tenant it touches, what it takes and answers.
 * A role that is not named may not. Registration, the OpenAPI page and the tests walk this table; nothing else adds a route.
 */
import Type from 'typebox'
import { ROLES } from '../model/incident.js'
import type { createEquipmentHandlers } from './equipment.js'
import * as equipment from './equipment-schemas.js'
import * as incident from './incident-schemas.js'
import type { createIncidentHandlers } from './incidents.js'
import type { createPeopleHandlers } from './people.js'
import * as people from './people-schemas.js'
import { type Route, route } from './route.js'
import { Empty, EquipmentParams, IdParams, PageQuery } from './schemas.js'
import type { createServiceHandlers } from './service.js'
import * as service from './service-schemas.js'

export interface Handlers {
  people: ReturnType<typeof createPeopleHandlers>
  equipment: ReturnType<typeof createEquipmentHandlers>
  incidents: ReturnType<typeof createIncidentHandlers>
  service: ReturnType<typeof createServiceHandlers>
}

const EVERYBODY = ROLES
const ADMIN = ['admin'] as const
const DESK = ['admin', 'dispatcher'] as const
/** Who looks after machines; which of them they may change is the registry's to say. */
const KEEPERS = ['admin', 'dispatcher', 'maintainer', 'use-unit'] as const
/** Who takes part in a rescue. Inspection bodies and regulators read. */
const RESCUE = ['admin', 'dispatcher', 'maintainer', 'technician', 'use-unit', 'operator'] as const

export function createRoutes({ people: p, equipment: e, incidents: i, service: s }: Handlers): Route[] {
  return [
    ...sessionRoutes(p),
    ...equipmentRoutes(e),
    ...incidentRoutes(i),
    ...peopleRoutes(p),
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
function equipmentRoutes(e: Handlers['equipment']): Route[] {
  return [
    route({ method: 'GET', path: '/api/equipment', roles: EVERYBODY, scope: 'list', summary: 'Equipment, by id', schema: { query: equipment.EquipmentQuery, reply: equipment.EquipmentPage }, handler: e.list }),
    route({ method: 'POST', path: '/api/equipment', roles: DESK, scope: 'new', summary: 'Register equipment', schema: { body: equipment.NewEquipment, reply: equipment.Equipment }, handler: e.create, status: 201, creates: true }),
    route({ method: 'GET', path: '/api/equipment/lookup', roles: EVERYBODY, scope: 'list', summary: 'Find by rescue code, registration code, certificate number or id', schema: { query: equipment.LookupQuery, reply: equipment.Equipment }, handler: e.lookup }),
    route({ method: 'GET', path: '/api/equipment/:id', roles: EVERYBODY, scope: 'equipment', summary: 'One equipment', schema: { params: EquipmentParams, reply: equipment.Equipment }, handler: e.get }),
    route({ method: 'PATCH', path: '/api/equipment/:id', roles: KEEPERS, scope: 'equipment', summary: 'Change equipment; keepers change name and rescue card of their own', schema: { params: EquipmentParams, body: equipment.EquipmentChange, reply: equipment.Equipment }, handler: e.change }),
    route({ method: 'POST', path: '/api/equipment/:id/credentials', roles: DESK, scope: 'equipment', summary: 'New secret of the device, shown once; the old one stops working', schema: { params: EquipmentParams, reply: equipment.Credentials }, handler: e.newCredentials, status: 201 }),
    route({ method: 'GET', path: '/api/equipment/:id/state', roles: EVERYBODY, scope: 'equipment', summary: 'Latest values, online, open incidents, observable patterns', schema: { params: EquipmentParams, reply: equipment.EquipmentState }, handler: e.state }),
    route({ method: 'GET', path: '/api/equipment/:id/history', roles: EVERYBODY, scope: 'equipment', summary: 'Values over time; the last hour by default', schema: { params: EquipmentParams, query: equipment.HistoryQuery, reply: equipment.HistoryReply }, handler: e.history }),
    route({ method: 'GET', path: '/api/equipment/:id/events', roles: EVERYBODY, scope: 'equipment', summary: 'What the device said, newest first; the last 30 days by default', schema: { params: EquipmentParams, query: equipment.EventQuery, reply: equipment.EventPage }, handler: e.events }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function incidentRoutes(i: Handlers['incidents']): Route[] {
  return [
    route({ method: 'GET', path: '/api/findings', roles: EVERYBODY, scope: 'list', summary: 'What the rules found, late and suppressed ones included', schema: { query: incident.FindingQuery, reply: incident.FindingPage }, handler: i.findings }),
    route({ method: 'GET', path: '/api/incidents', roles: EVERYBODY, scope: 'list', summary: 'Incidents, newest first', schema: { query: incident.IncidentQuery, reply: incident.IncidentPage }, handler: i.list }),
    route({ method: 'POST', path: '/api/incidents', roles: RESCUE, scope: 'new', summary: 'A phone call or manual report; 200 when it joined an open incident', schema: { body: incident.NewIncident, reply: incident.Incident }, handler: i.report, status: 201, creates: true }),
    route({ method: 'GET', path: '/api/incidents/:id', roles: EVERYBODY, scope: 'incident', summary: 'One incident', schema: { params: IdParams, reply: incident.Incident }, handler: i.get }),
    route({ method: 'GET', path: '/api/incidents/:id/timeline', roles: EVERYBODY, scope: 'incident', summary: 'What happened, oldest first', schema: { params: IdParams, query: PageQuery, reply: incident.TimelinePage }, handler: i.timeline }),
    route({ method: 'POST', path: '/api/incidents/:id/actions', roles: RESCUE, scope: 'incident', summary: 'Act on an incident', schema: { params: IdParams, body: incident.ActionBody, reply: incident.Incident }, handler: i.act }),
  ]
}

// biome-ignore format: one line a route, to be read as a table
function peopleRoutes(p: Handlers['people']): Route[] {
  return [
    route({ method: 'GET', path: '/api/organisations', roles: EVERYBODY, scope: 'list', summary: 'Organisations', schema: { query: people.OrganisationQuery, reply: people.OrganisationPage }, handler: p.listOrganisations }),
    route({ method: 'POST', path: '/api/organisations', roles: DESK, scope: 'new', summary: 'Add an organisation', schema: { body: people.NewOrganisation, reply: people.Organisation }, handler: p.createOrganisation, status: 201, creates: true }),
    route({ method: 'GET', path: '/api/users', roles: ADMIN, scope: 'list', summary: 'People who may log in', schema: { query: people.UserQuery, reply: people.UserPage }, handler: p.listUsers }),
    route({ method: 'POST', path: '/api/users', roles: ADMIN, scope: 'new', summary: 'Add a person', schema: { body: people.NewUser, reply: people.User }, handler: p.createUser, status: 201, creates: true }),
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
