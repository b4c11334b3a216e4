// The way in and out of the settings page: token, cookie, CSRF, ending sessions, renewing the link.
import assert from 'node:assert/strict'
import { until } from './support/process.mjs'
import { scenario } from './support/scenario.mjs'
import { SettingsApi } from './support/world.mjs'
import { SettingsPage } from './support/settings.mjs'

scenario('the token leaves the address bar at once, and the cookie is out of reach of scripts', async ({ world, page }) => {
  const url = await world.connect()
  const token = url.split('/').pop()
  const asked = []
  page.on('request', (request) => asked.push(request))
  await page.goto(url)
  assert.equal(page.url(), `${world.url}/settings`)
  await page.waitForLoadState('networkidle')
  const [cookie] = await page.context().cookies()
  assert.equal(cookie.name, 'tillbridge_session')
  assert.equal(cookie.httpOnly, true)
  assert.equal(cookie.sameSite, 'Lax')
  assert.equal(cookie.path, '/')
  assert.equal(await page.evaluate(() => document.cookie), '')
  for (const request of asked.slice(1)) {
    assert.ok(!request.url().includes(token))
    assert.ok(!JSON.stringify(await request.allHeaders()).includes(token))
  }
  await page.goBack().catch(() => undefined)
  assert.ok(!page.url().includes(token))
})

scenario('the page is under a strict policy and shown in no frame', async ({ world, page }) => {
  const answer = await page.goto(await world.connect())
  const headers = answer.headers()
  const policy = headers['content-security-policy']
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"])
    assert.ok(policy.includes(part), part)
  assert.ok(!policy.includes('unsafe'))
  assert.equal(headers['x-frame-options'], 'DENY')
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['cache-control'], 'no-store')
  // No inline script or style.
  const html = await answer.text()
  assert.ok(!/<script(?![^>]*\ssrc=)/.test(html))
  assert.ok(!/<style|\sstyle=|\son\w+=/.test(html))
})

scenario('the files of the page are packed, kept for ever, and asked for once', async ({ world, page }) => {
  await page.goto(await world.connect())
  const html = await (await fetch(`${world.url}/settings`, { headers: { Cookie: await cookieOf(page) } })).text()
  const files = [...html.matchAll(/(?:src|href)="(\/web\/[^"]+)"/g)].map((match) => match[1])
  assert.ok(files.length >= 4)
  for (const file of files) {
    const packed = await fetch(world.url + file)
    assert.equal(packed.status, 200)
    assert.equal(packed.headers.get('content-encoding'), 'gzip')
    assert.equal(packed.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    const plain = await fetch(world.url + file, { headers: { 'Accept-Encoding': 'identity' } })
    assert.equal(plain.headers.get('content-encoding'), null)
    assert.equal(await plain.text(), await packed.text())
    const tag = packed.headers.get('etag')
    assert.notEqual(plain.headers.get('etag'), tag)
    const again = await fetch(world.url + file, { headers: { 'If-None-Match': tag } })
    assert.equal(again.status, 304)
    assert.equal((await fetch(world.url + file, { method: 'HEAD' })).status, 200)
  }
  for (const wrong of ['/web/nothing.js', '/web/..%2f..%2fetc%2fpasswd', '/web/manifest.json'])
    assert.equal((await fetch(world.url + wrong)).status, 404, wrong)
})

async function cookieOf(page) {
  const [cookie] = await page.context().cookies()
  return `${cookie.name}=${cookie.value}`
}

scenario('ending all sessions signs out here and elsewhere; the link brings back', async ({ world, page, open }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  await settings.open(url)
  const elsewhere = await open()
  const other = new SettingsPage(elsewhere)
  await other.open(url)
  await settings.button('entry.end').click()
  await settings.inDialog('cancel').click()
  await settings.button('entry.end').click()
  await settings.inDialog('entry.end').click()
  await page.getByText(settings.t('out.title')).waitFor()
  assert.equal(await page.getByRole('link', { name: settings.t('out.crm') }).getAttribute('href'), (await world.account()).publicUrl)

  // The other window learns it with its next step, also with a form open.
  await other.startAdding()
  await other.fill({ name: 'Too late', shopId: '1', secretKey: 'x' })
  await other.inDialog('form.submit').click()
  await elsewhere.getByText(other.t('out.title')).waitFor()
  assert.equal(await other.dialog.count(), 0)
  const reloaded = await elsewhere.reload()
  assert.equal(reloaded.status(), 401)
  await settings.open(url)
})

scenario('a renewed link replaces the old one, also in the CRM', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  await settings.open(url)
  await settings.button('entry.renew').click()
  await settings.inDialog('entry.renew').click()
  await page.getByText(settings.t('out.renewed')).waitFor()
  assert.equal((await fetch(url, { redirect: 'manual' })).status, 404)
  await until('the CRM has the new link', async () => {
    const known = (await world.account()).modules.tillbridge.accountUrl
    return known !== url && known
  })
  await page.getByRole('link', { name: settings.t('out.enter') }).click()
  await settings.heading('stores.title').waitFor()
  assert.equal(page.url(), `${world.url}/settings`)
})

scenario('a change without the right CSRF token is refused, and said', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  await world.addStore(url, { name: 'Tea shop' })
  await settings.open(url)
  await page.route('**/api/settings/merchants/*/check', (route) =>
    route.continue({ headers: { ...route.request().headers(), 'x-csrf-token': 'forged' } }),
  )
  await settings.row('Tea shop').getByRole('button', { name: 'Check' }).click()
  await settings.row('Tea shop').getByText('The page is out of date').waitFor()

  // From another site no change comes through either: its pages can't read the token, and the
  // cookie alone does nothing.
  const cookie = await cookieOf(page)
  for (const [method, path] of [['POST', '/merchants'], ['POST', '/sessions/end'], ['POST', '/link/renew'], ['POST', '/connection'], ['POST', '/connection/check']]) {
    const answer = await fetch(`${world.url}/api/settings${path}`, { method, headers: { Cookie: cookie }, body: '{}' })
    assert.equal(answer.status, 403, path)
    assert.equal((await answer.json()).error.code, 'request.csrf')
  }
})

scenario('strangers and other accounts get nothing', async ({ world }) => {
  const mine = await world.connect('demo')
  const shop = await world.addStore(mine, { name: 'Mine' })
  const theirs = await SettingsApi.enter(await world.connect('other', {}))
  const stranger = (path, method = 'GET') => fetch(`${world.url}/api/settings${path}`, { method })
  for (const path of ['', '/overview', '/stores', '/payment-types', '/test-payments/x']) assert.equal((await stranger(path)).status, 401, path)
  assert.equal((await stranger('/connection/check', 'POST')).status, 401)

  const api = await SettingsApi.enter(mine)
  const { paymentId } = await api.call('POST', `/merchants/${shop.id}/test-link`)
  assert.equal((await api.call('GET', `/test-payments/${paymentId}`)).state, 'pending')
  assert.equal((await theirs.raw('GET', `/test-payments/${paymentId}`)).status, 404)
  assert.equal((await theirs.raw('POST', `/merchants/${shop.id}/check`, {})).status, 404)
  assert.equal((await theirs.call('GET', '/stores?q=Mine')).matching, 0)
  // A payment of an order is no test payment.
  const real = await world.createPayment(shop.id)
  assert.equal((await api.raw('GET', `/test-payments/${real.paymentId}`)).status, 404)
})
