// A store that sells a subscription: its test link is paid at the product's own price.
import { Club } from './support/club.mjs'
import { scenario } from './support/scenario.mjs'
import { SettingsPage } from './support/settings.mjs'

scenario('a test link of a store of subscriptions is paid at its product’s price', async ({ world, page }) => {
  const club = new Club(world)
  const url = await world.connect('demo', { language: 'en', currency: 'RUB' })
  await club.addStore(url, 'Club')
  await club.setPrice(25_000)
  const settings = new SettingsPage(page)
  await settings.open(url)
  await settings.row('Club').getByRole('button', { name: 'Test link' }).click()
  await page.getByText(settings.t('test.waiting')).waitFor()
  await settings.dialog.getByText(/^A link for the price of the subscription\./).waitFor()
  await club.join(await settings.dialog.getByRole('link').getAttribute('href'))
  await page.getByText(settings.t('test.paid'), { exact: true }).waitFor({ timeout: 15_000 })
  await settings.dialog.getByText(/^A link for RUB\s250\.00\./).waitFor()
})
