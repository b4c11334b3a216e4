// `scenario(name, options, body)`: a test case with a world of its own and a browser page that
// tolerates no error, no foreign request and no policy violation. What went wrong is left in
// build/browser/failures: a screenshot, and the logs.
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { after, test } from 'node:test'
import axe from 'axe-core'
import { chromium } from 'playwright-core'
import { root } from './process.mjs'
import { World } from './world.mjs'

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = process.env.CHROMIUM ?? programs.find((path) => existsSync(path))

let browser
export async function theBrowser() {
  if (executablePath === undefined) throw new Error('chromium is missing (deploy/packages-test.txt)')
  browser ??= await chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
  return browser
}
after(async () => {
  await browser?.close()
})

// A page of a browser context of its own (own cookies). `hosts`: origins that it may ask beside
// the module's; `viewport`, `locale` as Playwright takes them.
export async function openPage(world, { hosts = [], ...options } = {}) {
  const context = await (await theBrowser()).newContext({
    viewport: { width: 1200, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Kyiv',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(10_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.url })
  const page = await context.newPage()
  page.complaints = []
  const allowed = new Set([world.url, world.peers, ...hosts])
  page.on('pageerror', (error) => page.complaints.push(`error: ${error.stack}`))
  page.on('console', (message) => {
    const text = message.text()
    // An answer such as 422 is a line in the console, and no fault of the page.
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (/^Failed to load resource: (the server responded|net::ERR_(FAILED|CONNECTION|ABORTED))/.test(text)) return
    page.complaints.push(`${message.type()}: ${text}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (['data:', 'blob:', 'about:'].includes(url.protocol)) return
    if (!allowed.has(url.origin)) page.complaints.push(`a request to ${url.origin}`)
  })
  return page
}

// Into build/screenshots: the whole page, or with `fullPage: false` what the window shows.
export async function shot(page, name, { fullPage = true } = {}) {
  const folder = `${root}/build/screenshots`
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage, animations: 'disabled' })
}

// axe-core: nothing serious or critical.
export async function accessible(page) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    }),
  )
  const serious = violations.filter((each) => ['serious', 'critical'].includes(each.impact))
  if (serious.length === 0) return
  const lines = serious.flatMap((each) =>
    each.nodes.map((node) => `${each.id}: ${node.target.join(' ')}: ${node.failureSummary}`),
  )
  throw new Error(`axe-core:\n${lines.join('\n')}`)
}

// `options`: `world` for World.start, `page` for openPage, `complaints: false` where errors in the
// console are what is tested. `body` gets {world, page, open(options)}: `open` gives more pages.
export function scenario(name, options, body) {
  const given = typeof options === 'function' ? {} : options
  const run = typeof options === 'function' ? options : body
  test(name, { timeout: 120_000 }, async () => {
    const world = await World.start(given.world)
    const pages = []
    const open = async (more) => {
      const page = await openPage(world, { ...given.page, ...more })
      pages.push(page)
      return page
    }
    let failed = true
    try {
      const page = await open()
      await run({ world, page, open })
      const complaints = pages.flatMap((each) => each.complaints)
      if (given.complaints !== false && complaints.length > 0) throw new Error(complaints.join('\n'))
      failed = false
    } finally {
      if (failed) await keepEvidence(name, world, pages)
      for (const page of pages) await page.context().close()
      await world.stop()
    }
  })
}

async function keepEvidence(name, world, pages) {
  const folder = `${root}/build/browser/failures/${name.replace(/[^\p{L}\p{N}]+/gu, '-')}`
  mkdirSync(folder, { recursive: true })
  for (const [index, page] of pages.entries()) {
    await page.screenshot({ path: `${folder}/page-${index}.png`, fullPage: true }).catch(() => {})
    for (const complaint of page.complaints) console.error(complaint)
  }
  for (const file of ['tillbridge.log', 'tillbridge-sandbox.log'])
    if (existsSync(`${world.folder}/${file}`)) cpSync(`${world.folder}/${file}`, `${folder}/${file}`)
  const tail = world.module?.log().trimEnd().split('\n').slice(-15).join('\n')
  console.error(`${name}: evidence is in ${folder}; the module's last words:\n${tail}`)
}
