// An account with 1,000 stores: paged and searched by the server.
import assert from 'node:assert/strict'
import { scenario, shot } from './support/scenario.mjs'
import { SettingsApi } from './support/world.mjs'
import { SettingsPage } from './support/settings.mjs'

scenario('1,000 stores', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  const api = await SettingsApi.enter(url)
  const merchant = await world.gatewayMerchant()
  const credentials = { shopId: merchant.clientId, secretKey: merchant.secret }
  const add = (name) => api.call('POST', '/merchants', { gateway: 'uapay', name, credentials, options: {} })
  let next = 0
  const names = Array.from({ length: 1000 }, (_, i) => `Магазин №${String(i + 1).padStart(4, '0')}`)
  const worker = async () => {
    while (next < names.length) await add(names[next++])
  }
  await Promise.all(Array.from({ length: 8 }, worker))

  const sizes = []
  page.on('response', async (response) => {
    if (response.url().includes('/stores')) sizes.push((await response.body().catch(() => '')).length)
  })
  const begun = Date.now()
  await settings.open(url)
  await settings.card('stores.title').getByRole('row').nth(25).waitFor()
  console.log(`# 1,000 stores: usable after ${Date.now() - begun} ms`)
  await settings.settled()
  // A page's worth and no more goes over the wire.
  assert.ok(Math.max(...sizes) < 40_000, `${Math.max(...sizes)} bytes`)
  const rows = settings.card('stores.title').getByRole('row')
  assert.equal(await rows.count(), 26)
  await page.getByText('1–25 of 1000', { exact: true }).waitFor()
  await shot(page, 'settings-1000-stores')
  await settings.button('stores.next').click()
  await page.getByText('26–50 of 1000', { exact: true }).waitFor()
  assert.equal(await rows.count(), 26)
  await settings.button('stores.previous').click()
  await page.getByText('1–25 of 1000', { exact: true }).waitFor()

  // Whatever the case, in any alphabet.
  const search = page.getByRole('searchbox')
  await search.fill('мАГАЗИН №0777')
  await settings.row('Магазин №0777').waitFor()
  await page.getByText('1 store found').waitFor({ state: 'attached' })
  await search.fill('№09')
  await page.getByText('1–25 of 100', { exact: true }).waitFor()
  await search.fill('no such store')
  await page.getByText(settings.t('stores.nothing')).waitFor()
  await search.fill('')
  await page.getByText('1–25 of 1000', { exact: true }).waitFor()

  const all = await api.call('GET', '/stores?q=0042&limit=1')
  await api.call('POST', `/merchants/${all.merchants[0].id}/deactivate`)
  await page.getByLabel(settings.t('stores.show')).selectOption('inactive')
  await settings.row('Магазин №0042').waitFor()
  assert.equal(await rows.count(), 2)
})

scenario('who types on gets what was typed last, however slow the answers', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  const api = await SettingsApi.enter(url)
  const merchant = await world.gatewayMerchant()
  const credentials = { shopId: merchant.clientId, secretKey: merchant.secret }
  for (const name of ['Tea', 'Teapots', 'Coffee', 'Cups', 'Spoons', 'Sugar'])
    await api.call('POST', '/merchants', { gateway: 'uapay', name, credentials, options: {} })
  await settings.open(url)
  await settings.settled()
  let go
  const held = new Promise((resolve) => (go = resolve))
  await page.route(/\/stores\?.*q=Tea(&|$)/, async (route) => {
    await held
    await route.continue()
  })
  const search = page.getByRole('searchbox')
  const asked = page.waitForRequest(/\/stores\?.*q=Tea(&|$)/)
  const late = page.waitForResponse(/\/stores\?.*q=Tea(&|$)/)
  await search.fill('Tea')
  await asked
  await search.fill('Coffee')
  await settings.row('Coffee').waitFor()
  await settings.row('Tea').waitFor({ state: 'detached' })
  go()
  await (await late).finished()
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  assert.equal(await settings.row('Coffee').count(), 1)
  assert.equal(await settings.row('Tea').count(), 0)
})
