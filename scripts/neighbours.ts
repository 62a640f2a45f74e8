/** Installs what the tests need and is missing: the real servers, the browser, its fonts. Only on Debian, only as root. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { installed, NEIGHBOURS } from '../test/helpers/installed.js'
import { runStep } from './test-step.js'

const CJK_FONTS = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'
const POLICY = '/usr/sbin/policy-rc.d'
const MINUTE_MS = 60_000

/** Debian packages whose program is not there. */
function missingPackages(): string[] {
  const programs = NEIGHBOURS.filter(({ binary }) => !installed(binary)).map((neighbour) => neighbour.package)
  const fonts = installed('chromium') && existsSync(CJK_FONTS) ? [] : ['fonts-noto-cjk']
  return [...new Set([...programs, ...fonts])]
}

function isDebian(): boolean {
  const release = '/etc/os-release'
  return existsSync(release) && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync(release, 'utf8'))
}

/** Tries all packages at once and then, because one unknown name fails them all, each alone. Says what it could not do. */
export async function installNeighbours(root: string): Promise<void> {
  const missing = missingPackages()
  if (missing.length === 0) return
  if (!isDebian() || process.getuid?.() !== 0) {
    console.log(`not installed, and only Debian as root is helped to them: ${missing.join(', ')}`)
    return
  }
  // Packages would start their servers, on ports that others may hold.
  const addsPolicy = !existsSync(POLICY)
  if (addsPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await aptGet(['update'], root)
    const together = await aptGet(['install', ...missing], root)
    if (!together) for (const one of missing) await aptGet(['install', one], root)
  } finally {
    if (addsPolicy) rmSync(POLICY, { force: true })
  }
}

async function aptGet(words: string[], root: string): Promise<boolean> {
  const args = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...words]
  const { outcome } = await runStep(
    {
      name: `apt-get ${words.join(' ')}`,
      command: 'apt-get',
      args,
      limitMs: 15 * MINUTE_MS,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    },
    root,
  )
  return outcome === 'passed'
}
