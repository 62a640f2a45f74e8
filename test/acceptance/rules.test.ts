/** A rule of one's own in a running service: in force without restart, also after one, and ended when it is taken away. */
import { expect, test } from 'vitest'
import { waitFor } from '../helpers/wait-for.js'
import { SEEDER } from '../service/seed.js'
import { signIn } from '../service/sign-in.js'
import { startService } from '../service/start-service.js'
import { ask, connectDevice, openHouse, PATIENCE } from './house.js'

const ADMIN = { username: 'keeper', password: 'keeper-of-the-rules' }
const HOT = `
id: X-HOT
kind: elevator
name: {zh: 电机热, en: Hot motor}
class: fault
priority: P3
raise: motorTemp > 90
`
interface Findings {
  items: { stage: string; rulesVersion: number }[]
}

test('a rule comes into force, outlives a restart, and ends what it found when it goes', async () => {
  const house = await openHouse({
    equipment: [{ id: 'EL1', kind: 'elevator', name: 'EL1' }],
    more: async (registry) => void (await registry.accounts.create({ ...ADMIN, role: 'admin' }, SEEDER)),
  })
  let { service } = house
  let { token } = await signIn(service.http, ADMIN.username, ADMIN.password)
  const found = async () =>
    (await ask<Findings>(service.http, 'GET', '/api/findings?pattern=X-HOT', { token })).body.items

  const device = await connectDevice(house, 'EL1')
  await device.say('telemetry', { motorTemp: 95 })
  const change = { basedOn: 0, reason: 'summer', text: HOT }
  const put = await ask<{ version: number }>(service.http, 'PUT', '/api/rules/X-HOT', { token, body: change })
  expect(put.body).toMatchObject({ version: 1 })
  await waitFor(
    'it fires',
    async () => {
      await device.say('telemetry', { motorTemp: 96 })
      return (await found())[0]?.stage === 'shown'
    },
    PATIENCE,
  )
  expect(await found()).toMatchObject([{ stage: 'shown', rulesVersion: 1 }])
  await device.close()
  expect(await service.stop()).toBe(0)

  service = await startService({ dir: house.dir })
  token = (await signIn(service.http, ADMIN.username, ADMIN.password)).token
  expect(await found()).toMatchObject([{ stage: 'shown', rulesVersion: 1 }])
  const gone = await ask(service.http, 'DELETE', '/api/rules/X-HOT?basedOn=1&reason=cool', { token })
  expect(gone.status).toBe(200)
  await waitFor('it is cleared', async () => (await found())[0]?.stage === 'cleared', PATIENCE)
  expect(await service.stop()).toBe(0)
})
