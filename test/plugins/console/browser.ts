// A real Chromium on the console of a real service.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { Test } from 'tap'

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(path => existsSync(path))
export const noBrowser: string | false = CHROMIUM === undefined ? 'no Chromium on this machine' : false
/** Pictures of every page, when someone wants to look at them. */
const SHOTS = process.env['CONSOLE_SHOTS']
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Colours change in a moment; those in between are no one's. */
const SETTLE = `new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => {
  for (const animation of document.getAnimations()) if (animation.effect.getComputedTiming().iterations !== Infinity) animation.finish()
})`

export interface Variant {
  name: string
  width: number
  height: number
  scheme: 'light' | 'dark'
}

export async function launch (t: Test): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--no-first-run']
  })
  t.teardown(async () => {
    await browser.close()
  })
  return browser
}

export interface Visit {
  page: Page
  context: BrowserContext
  problems: string[]
  look: (t: Test, what: string) => Promise<void>
}

/** A visitor whose console errors, failed and foreign requests are noted. */
export async function visit (t: Test, browser: Browser, base: string, variant: Variant): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width: variant.width, height: variant.height },
    colorScheme: variant.scheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich'
  })
  t.teardown(async () => {
    await context.close()
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const problems: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', error => {
    problems.push(`error: ${error.message}`)
  })
  page.on('request', request => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) problems.push(`foreign request: ${request.url()}`)
  })
  const faults = async (options: string): Promise<string[]> => {
    await page.evaluate(AXE)
    const { violations } = await page.evaluate(`axe.run(document, { resultTypes: ["violations"], ${options} })`) as {
      violations: Array<{ id: string, impact: string, nodes: Array<{ html: string }> }>
    }
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) =>
      `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(' | ')}`
    )
  }
  const shoot = async (what: string, scheme: string): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${variant.name}-${scheme}-${what}.png`), animations: 'disabled' })
  }
  const look = async (t: Test, what: string): Promise<void> => {
    await shoot(what, variant.scheme)
    t.same(await faults(''), [], `${what}: no serious fault of accessibility`)
    t.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${what}: nothing sticks out at the side`)
    const other = variant.scheme === 'light' ? 'dark' : 'light'
    await page.emulateMedia({ colorScheme: other })
    await page.evaluate(SETTLE)
    await shoot(what, other)
    t.same(await faults('runOnly: ["color-contrast"]'), [], `${what}: enough contrast in ${other} colours`)
    await page.emulateMedia({ colorScheme: variant.scheme })
  }
  return { page, context, problems, look }
}
