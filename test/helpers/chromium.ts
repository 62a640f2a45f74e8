/** A real browser without a screen or a graphics card. */
import { type Browser, chromium } from 'playwright-core'
import { installed } from './installed.js'

/** Starts Chromium; maps draw through its software renderer. Close it in the test that opened it. */
export async function openChromium(): Promise<Browser> {
  const executablePath = installed('chromium')
  if (!executablePath) throw new Error('chromium is not installed; guard the suite with leftOut')
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-background-networking',
    ],
  })
}
