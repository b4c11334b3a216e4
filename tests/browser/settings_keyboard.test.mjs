// The page without a mouse.
import assert from 'node:assert/strict'
import { scenario } from './support/scenario.mjs'
import { SettingsPage } from './support/settings.mjs'

const focused = (page) =>
  page.evaluate(() => {
    const it = document.activeElement
    return it.getAttribute('aria-label') ?? (it.innerText?.trim() || it.getAttribute('name') || it.tagName)
  })

// Tabs until the element with this name has the focus.
async function tabTo(page, name, most = 60) {
  const seen = []
  for (let i = 0; i < most; ++i) {
    await page.keyboard.press('Tab')
    const now = await focused(page)
    if (now === name) return
    seen.push(now)
  }
  throw new Error(`Tab does not lead to ${name}: ${seen.join(' | ')}`)
}

scenario('a store is added, tested and switched off by keys alone', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  await settings.open(await world.connect('demo', { language: 'en' }))
  await settings.settled()
  const merchant = await world.gatewayMerchant()
  await tabTo(page, 'Add a store')
  // What has the focus is seen to have it.
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none')
  await page.keyboard.press('Enter')
  await settings.dialog.waitFor()
  assert.equal(await focused(page), 'name')
  await page.keyboard.press('Enter') // sends the form
  await page.getByText(settings.t('form.required')).first().waitFor()
  assert.equal(await focused(page), 'name')
  await page.keyboard.type('Tea shop')
  await page.keyboard.press('Tab')
  await page.keyboard.type(merchant.clientId)
  await page.keyboard.press('Tab')
  await page.keyboard.type('wrong')
  await page.keyboard.press('Enter')
  await page.locator('[name=secretKey][aria-invalid=true]').waitFor()
  assert.equal(await focused(page), 'secretKey')
  await page.keyboard.press('Control+A')
  await page.keyboard.type(merchant.secret)
  await tabTo(page, 'Check and add', 12)
  await page.keyboard.press('Space')
  await settings.notice('stores.added', { name: 'Tea shop' })

  await settings.row('Tea shop').waitFor()
  await settings.settled()
  await tabTo(page, 'Test link')
  await page.keyboard.press('Enter')
  await settings.dialog.getByText(settings.t('test.waiting')).waitFor()
  await page.keyboard.press('Escape')
  await settings.dialog.waitFor({ state: 'detached' })
  assert.equal(await focused(page), 'Test link') // back where it came from

  await tabTo(page, 'Switch off', 3)
  await page.keyboard.press('Enter')
  await settings.dialog.waitFor()
  assert.equal(await focused(page), 'Cancel') // the harmless one
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await settings.notice('stores.deactivated', { name: 'Tea shop' })
})

scenario('the focus stays inside an open window', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  await settings.open(await world.connect('demo', { language: 'en' }))
  await settings.startAdding()
  for (let i = 0; i < 25; ++i) {
    await page.keyboard.press('Tab')
    const outside = await page.evaluate(
      () => document.activeElement !== document.body && document.activeElement.closest('dialog') === null,
    )
    assert.equal(outside, false)
  }
})
