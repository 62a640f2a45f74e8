import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openChromium } from './chromium.js'
import { freePort } from './free-port.js'
import { installed, leftOut } from './installed.js'
import { mosquittoPub } from './mosquitto.js'
import { waitFor } from './wait-for.js'

/** Runs in the page. */
const WEBGL_VERSION = `document.createElement('canvas').getContext('webgl2')?.getParameter(WebGL2RenderingContext.VERSION)`

describe('waiting', () => {
  it('gives what the condition gave', async () => {
    let asked = 0
    expect(await waitFor('the third time', () => (asked++ < 2 ? null : 'here'), { everyMs: 1 })).toBe('here')
  })

  it('ends at its deadline and says why', async () => {
    const never = waitFor('a miracle', () => Promise.reject(new Error('no')), { timeoutMs: 5, everyMs: 1 })
    await expect(never).rejects.toMatchObject({
      message: 'still not true after 5 ms: a miracle',
      cause: { message: 'no' },
    })
  })
})

describe('neighbours', () => {
  it('a program is found on the path, a missing one is not', () => {
    expect(installed('node') ?? installed('sh')).toMatch(/^\//)
    expect(installed('no-such-program')).toBeNull()
  })

  it('a free port can be listened on', async () => {
    const port = await freePort()
    await new Promise<void>((resolve) => {
      const server = createServer().listen(port, '127.0.0.1', () => server.close(() => resolve()))
    })
  })
})

describe.skipIf(leftOut('Mosquitto clients', 'mosquitto_pub'))('Mosquitto clients', () => {
  it('a publish that nobody takes ends with the reason', async () => {
    const port = await freePort()
    const outcome = await mosquittoPub(['-h', '127.0.0.1', '-p', `${port}`, '-t', 'x', '-m', 'y'])
    expect(outcome.exitCode).toBeGreaterThan(0)
    expect(outcome.stderr).toMatch(/refused/i)
  })
})

describe.skipIf(leftOut('browser', 'chromium'))('browser', () => {
  it('draws with WebGL, which maps need, without a graphics card', async () => {
    const browser = await openChromium()
    try {
      const page = await browser.newPage()
      const version = await page.evaluate(WEBGL_VERSION)
      expect(String(version)).toMatch(/WebGL 2/)
    } finally {
      await browser.close()
    }
  })
})
