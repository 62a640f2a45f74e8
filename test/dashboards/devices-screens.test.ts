/**
 * The screens about connected devices in a real browser: why a device is not understood, a new secret, a claim that is
 * admitted, a gateway that gets its equipment, and the history as a file.
 */
import { readFileSync } from 'node:fs'
import { connectAsync } from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { zh } from '../../dashboards/src/words/zh.js'
import { compileDashboards } from '../../scripts/compile.mjs'
import { connectDevice, DESK, type Device, type House, openHouse, PATIENCE } from '../acceptance/house.js'
import { openChromium } from '../helpers/chromium.js'
import { leftOut } from '../helpers/installed.js'
import { waitFor } from '../helpers/wait-for.js'

const LIFT = 'LY-LIFT-1'
const STRANGER = 'LY-NEW-7'
const CLOCK_SLOW_MS = 12_000
const withoutBrowser = leftOut('the screens about devices', 'chromium')

let house: House
let device: Device
let browser: Browser
let page: Page

describe.skipIf(withoutBrowser)('the screens about connected devices', { timeout: 150_000 }, () => {
  beforeAll(async () => {
    compileDashboards()
    house = await openHouse({
      env: { TESHE_SELF_CLAIM: 'allowed' },
      equipment: [
        { id: LIFT, kind: 'elevator', name: '王府井 3号楼 1号梯', attributes: { reportPeriod: 1 } },
      ],
    })
    device = await connectDevice(house, LIFT)
    browser = await openChromium()
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
    page.setDefaultTimeout(PATIENCE.timeoutMs)
    await page.goto(house.service.http)
    await page.fill('input[name=username]', DESK.username)
    await page.fill('input[name=password]', DESK.password)
    await page.click('button[type=submit]')
    await page.waitForSelector('[role=listbox]')
  })
  afterAll(async () => {
    await browser?.close()
    device?.client.end(true)
    await house?.service.stop()
  })

  const text = (value: string) => page.getByText(value, { exact: false }).first().waitFor()
  const button = (name: string) => page.getByRole('button', { name, exact: true }).first()

  test('payloads that nobody can read stand there with their reason and first bytes, and the clock in plain words', async () => {
    for (let i = 0; i < 12; i++) {
      await device.say('telemetry', { ts: Date.now() - CLOCK_SLOW_MS, speed: i % 2, floor: 3 })
    }
    await device.publish(`teshe/v1/${LIFT}/telemetry`, '{"速度": 1.75')
    await device.publish('v1/devices/me/telemetry', Buffer.from([0x7b, 0xff, 0x00]))
    await page.goto(`${house.service.http}/equipment/${LIFT}/`)
    await page.getByRole('tab', { name: zh.connection.title }).click()
    await page.locator(`[data-login="${LIFT}"]`).getByText('127.0.0.1').waitFor()
    await text(zh.rejection['not-json'])
    await text('{"速度": 1.75')
    await text('7b 22')
  })

  test('new secret with an overlap => shown once => the old one still logs in', async () => {
    await button(zh.secret.make).click()
    await page.locator('input[name=overlap][value="60"]').check()
    await page.locator('[data-submit=make]').click()
    const password = (await page.locator('[data-secret=password]').textContent()) ?? ''
    expect(password.length).toBeGreaterThan(15)
    expect(password).not.toBe(house.passwordById.get(LIFT))
    await page.keyboard.press('Escape')
    expect(await page.locator('[data-secret=password]').isVisible()).toBe(true)
    await button(zh.secret.closeSure).click()
    await page.locator('[data-secret=password]').waitFor({ state: 'detached' })
    const again = await connectDevice(house, LIFT, { clientId: 'another' })
    await again.close()
  })

  test('revocation asks first, and cuts the connection', async () => {
    const closed = new Promise<void>((resolve) => device.client.once('close', () => resolve()))
    await button(zh.secret.revoke).click()
    await page.locator('[data-submit=revoke]').click()
    await closed
    await text(zh.connection.notOpen)
  })

  test('the history comes as a file', async () => {
    await page.getByRole('tab', { name: zh.connection.overview }).click()
    await page.getByText(zh.export.title).click()
    const coming = page.waitForEvent('download')
    await button(zh.export.start).click()
    const file = await coming
    expect(file.suggestedFilename()).toMatch(/^LY-LIFT-1_.*\.csv$/)
    expect(readFileSync(await file.path(), 'utf8')).toContain('speed')
  })

  test('an unknown device knocks => quarantine => admitted with kind and name => logs in with its own secret and is cut off when it speaks for another', async () => {
    const knock = () =>
      connectAsync({
        host: '127.0.0.1',
        port: house.service.mqttPort,
        username: STRANGER,
        password: 'secret-of-the-stranger-7',
        reconnectPeriod: 0,
      })
    await expect(knock()).rejects.toThrow()
    await page.goto(`${house.service.http}/devices/claims`)
    const claim = page.locator(`[data-claim="${STRANGER}"]`)
    await waitFor(
      'the claim is on the page',
      async () => {
        if ((await claim.count()) > 0) return true
        await button(`↻ ${zh.common.refresh}`).click()
        return false
      },
      { ...PATIENCE, everyMs: 500 },
    )
    await claim.getByRole('button', { name: zh.devices.admit }).click()
    await page.fill('input[name=claim-name]', '新装 7号梯')
    await page.keyboard.press('Enter')
    await text(zh.devices.noClaims)
    const client = await knock()
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    await client.publishAsync(`teshe/v1/${LIFT}/telemetry`, '{"speed":1}')
    await closed
  })

  test('a gateway is made and speaks for what is bound to it', async () => {
    await page.getByRole('tab', { name: zh.devices.gateways }).click()
    await page.getByText(zh.devices.newGateway).click()
    await page.fill('input[name=username]', 'GW-1')
    await page.fill('form input[name=name]', '西工区网关')
    await page.getByRole('button', { name: zh.common.save }).click()
    await page.getByRole('button', { name: 'GW-1' }).click()
    await text(zh.devices.noBound)
    await page.fill('input[name=bind]', `${LIFT}, ${STRANGER}`)
    await page.keyboard.press('Enter')
    await page.locator('[data-gateway] li').nth(1).waitFor()
    await page.getByRole('button', { name: `${zh.devices.unbind} ${STRANGER}` }).click()
    await page.getByRole('dialog').getByRole('button', { name: zh.devices.unbind, exact: true }).click()
    await waitFor(
      'one is left',
      async () => (await page.locator('[data-gateway] li').count()) === 1,
      PATIENCE,
    )
  })

  test('the intake as a whole names what was turned away', async () => {
    await page.getByRole('tab', { name: zh.devices.overview }).click()
    await page.locator('[data-part=unreadable]').getByText(zh.rejection['not-json']).waitFor()
    await page.locator('[data-part=uplink]').getByText(zh.devices.uplinkNone).waitFor()
    await page.locator('[data-part=refused]').getByText(zh.refusal['publish-foreign']).waitFor()
    await page.getByRole('link', { name: STRANGER }).waitFor()
  })

  test('a service that does not answer: what was read stays, with its time', async () => {
    await page.route('**/api/intake', (route) => route.abort())
    await text('未能更新，所示为')
    await page.locator('[data-part=unreadable]').getByText(zh.rejection['not-json']).waitFor()
    await page.unroute('**/api/intake')
  })
})
