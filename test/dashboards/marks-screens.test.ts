/**
 * A boiler operator tests the water alarm from a phone: the mark goes to the rules, the limit that acts becomes a test
 * record on the page, nobody is sent, and the desk sees that the boiler is under a mark.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { zh } from '../../dashboards/src/words/zh.js'
import { compileDashboards } from '../../scripts/compile.mjs'
import {
  ask,
  connectDevice,
  DESK,
  type Device,
  type House,
  openHouse,
  PATIENCE,
} from '../acceptance/house.js'
import { openChromium } from '../helpers/chromium.js'
import { leftOut } from '../helpers/installed.js'
import { SEEDER } from '../service/seed.js'

const BOILER = 'LY-BOILER-1'
const PLANT = 'plant'
const OPERATOR = { username: 'stoker', password: 'keeps-the-fire-burning' }
const withoutBrowser = leftOut('the screens about marks', 'chromium')
const FIRE = { waterLevel: 0, lowWaterAlarm: false, fuelValve: true, flame: true, pressure: 0.8 }

let house: House
let device: Device
let browser: Browser

async function logIn(who: { username: string; password: string }, width: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 844 }, locale: 'zh-CN' })
  page.setDefaultTimeout(PATIENCE.timeoutMs)
  await page.goto(house.service.http)
  await page.fill('input[name=username]', who.username)
  await page.fill('input[name=password]', who.password)
  await page.click('button[type=submit]')
  await page.getByRole('navigation').first().waitFor()
  return page
}

describe.skipIf(withoutBrowser)('the screens about marks', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    compileDashboards()
    house = await openHouse({
      equipment: [
        {
          id: BOILER,
          kind: 'boiler',
          name: '供热站 1号炉',
          useUnitId: PLANT,
          attributes: { reportPeriod: 1 },
        },
      ],
      async more(registry) {
        await registry.organisations.create({ id: PLANT, name: '供热站', type: 'use-unit' }, SEEDER)
        await registry.accounts.create({ ...OPERATOR, role: 'operator', organisationId: PLANT }, SEEDER)
      },
    })
    device = await connectDevice(house, BOILER)
    browser = await openChromium()
  })
  afterAll(async () => {
    await browser?.close()
    device?.client.end(true)
    await house?.service.stop()
  })

  test('a test of the water alarm from a phone ends as a record with its measurements', async () => {
    await device.say('telemetry', FIRE)
    const page = await logIn(OPERATOR, 390)
    await page.goto(`${house.service.http}/equipment/${BOILER}/`)
    const marks = page.locator('[data-part=marks]')
    await marks.getByText(zh.marks.none).waitFor()
    // What is not an operator's to say is not offered.
    expect(await marks.getByRole('button', { name: zh.mark.mechanic }).count()).toBe(0)
    await marks.getByRole('button', { name: zh.mark['water-alarm-test'], exact: true }).click()
    await marks.getByRole('button', { name: `${zh.marks.begin} · ${zh.mark['water-alarm-test']}` }).click()
    await marks.locator('[data-mark=water-alarm-test]').getByText(OPERATOR.username).waitFor()

    const low = { ...FIRE, waterLevel: -62, lowWaterAlarm: true }
    const tripped = { fuelValve: false, flame: false }
    await device.say('telemetry', low)
    await device.say('telemetry', { ...low, ...tripped })
    // It goes on reporting: what nobody reports any more is not over.
    const again = setInterval(() => void device.say('telemetry', { ...FIRE, ...tripped }), 1000)
    const row = page.locator('[data-part=tests] tbody tr').first()
    await row.getByText('-62').waitFor()
    await row.getByText(/^\d\.\d 秒后$/).waitFor()
    clearInterval(again)
    await page.close()
  })

  test('the desk sees the mark beside an incident, and the operator ends it', async () => {
    const { http } = house.service
    const { body } = await ask<{ token: string }>(http, 'POST', '/api/session', { body: DESK })
    const report = { equipmentId: BOILER, class: 'water', priority: 'P1', channel: 'phone' }
    const reply = await ask(http, 'POST', '/api/incidents', { token: body.token, body: report })
    expect(reply.status).toBe(201)
    const desk = await logIn(DESK, 1440)
    await desk.getByRole('option').getByText(zh.mark['water-alarm-test']).first().waitFor()
    await desk.close()

    const phone = await logIn(OPERATOR, 390)
    await phone.goto(`${http}/equipment/${BOILER}/`)
    const mark = phone.locator('[data-mark=water-alarm-test]')
    await mark.getByRole('button', { name: zh.marks.end }).click()
    await phone.getByRole('dialog').getByRole('button', { name: zh.marks.end }).click()
    await phone.locator('[data-part=marks]').getByText(zh.marks.none).waitFor()
    await phone.close()
  })
})
