/** Screens offer what the service allows, to the same roles, in the shapes that it answers. */
import type { Static } from 'typebox'
import { expect, expectTypeOf, test } from 'vitest'
import type * as Screen from '../../dashboards/src/api/device-replies.js'
import { deviceRightsOf, pagesOf } from '../../dashboards/src/domain/pages.js'
import type * as Device from '../../src/api/device-schemas.js'
import type * as Intake from '../../src/api/intake-schemas.js'
import { createRoutes, type Handlers } from '../../src/api/routes.js'
import { ROLES } from '../../src/model/incident.js'

const nothing = new Proxy({}, { get: () => () => undefined })
const table = createRoutes(new Proxy({}, { get: () => nothing }) as Handlers)

function rolesOf(call: string): string[] {
  const found = table.find(({ method, path }) => `${method} ${path}` === call)
  const roles = found?.roles
  return Array.isArray(roles) ? [...roles].sort() : [`no line of the table: ${call}`]
}
const allowed = (may: (role: (typeof ROLES)[number]) => boolean) => ROLES.filter(may).sort()

test.each([
  ['intake', 'GET /api/equipment/:id/intake'],
  ['credentials', 'POST /api/equipment/:id/credentials'],
  ['credentials', 'DELETE /api/equipment/:id/credentials'],
  ['bulk', 'POST /api/equipment/credentials'],
] as const)('who is offered %s may call %s', (right, call) => {
  expect(allowed((role) => deviceRightsOf(role)[right])).toEqual(rolesOf(call))
})

test.each(['GET /api/intake', 'GET /api/claims', 'POST /api/claims/:id/admit', 'PATCH /api/gateways/:id'])(
  'who sees the page of devices may call %s',
  (call) => {
    expect(allowed((role) => pagesOf(role).includes('devices'))).toEqual(rolesOf(call))
  },
)

test('the shapes of the screens are those of the service', () => {
  expectTypeOf<Intake.EquipmentIntake>().toExtend<Screen.EquipmentIntake>()
  expectTypeOf<Intake.IntakeOverview>().toExtend<Screen.IntakeOverview>()
  expectTypeOf<Device.Credentials>().toExtend<Screen.Credentials>()
  expectTypeOf<Device.Gateway>().toExtend<Screen.Gateway>()
  expectTypeOf<Static<typeof Device.Claim>>().toExtend<Screen.Claim>()
})
