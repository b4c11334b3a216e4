// A subscription in the order card: what the payment's panel shows of it and what a manager may do
// about it, against the emulated club.
import assert from 'node:assert/strict'
import { Club } from './support/club.mjs'
import { accessiblePanel, calls, crmPage, openCard, shopWithOrder, speak } from './support/panel.mjs'
import { until } from './support/process.mjs'
import { scenario, shot } from './support/scenario.mjs'

const host = await crmPage()
const options = { page: { hosts: [host] } }
const acts = ['Stop the subscription', 'Resume the subscription', 'Discount of the subscription', 'Date of the next charge']

// A card whose payment began a subscription. → {card, club, offers}
async function joined(world, page) {
  const club = new Club(world)
  const shop = await shopWithOrder(world, { amount: 100, account: { currency: 'RUB' }, add: (url) => club.addStore(url) })
  const card = await openCard(page, world, shop)
  await card.open()
  await card.press(/^Create a link/)
  await card.shows('Waiting for the buyer')
  await club.join(await card.sidebar.getByRole('link').first().getAttribute('href'))
  await card.shows('The subscription is active')
  const offers = (names) =>
    until(`the panel offers ${names}`, async () => {
      const shown = []
      for (const name of acts) if ((await card.button(name).count()) > 0) shown.push(name)
      return JSON.stringify(shown) === JSON.stringify(names)
    })
  const question = (yes) =>
    page.getByRole('dialog').filter({ has: page.getByRole('button', { name: yes, exact: true }) }).last()
  return { card, club, offers, question }
}

const made = async (page, action) => (await calls(page)).filter((call) => call.action.endsWith(`/${action}`)).length

scenario('its state is shown, and it is stopped and resumed after one question', options, async ({ world, page }) => {
  const { card, club, offers, question } = await joined(world, page)
  await card.slotShows('Paid')
  for (const text of ['Next charge, amount', /RUB\s100\.00/, 'Charges made']) await card.shows(text)
  await offers([acts[0], acts[2], acts[3]])
  await accessiblePanel(page)
  await shot(page, 'panel-subscription')

  await card.press('Stop the subscription')
  await question('Yes, stop').getByText('Stop the charges? The paid period runs to its end.').waitFor()
  await accessiblePanel(page)
  await shot(page, 'panel-subscription-stop')
  await card.answer('No')
  await offers([acts[0], acts[2], acts[3]])
  assert.equal(await made(page, 'stop'), 0)
  assert.equal(await club.count('deactivate'), 0)

  await card.press('Stop the subscription')
  await card.answer('Yes, stop')
  await card.shows('The subscription is stopped')
  await offers([acts[1]])
  assert.equal((await club.member()).activeManager, false)
  await until('no next charge is promised', async () => (await card.sidebar.getByText(/^Next charge/).count()) === 0)
  await shot(page, 'panel-subscription-stopped')
  await card.press('Resume the subscription')
  await card.answer('Resume')
  await card.shows('The subscription is active')
  assert.equal((await club.member()).activeManager, true)
  assert.deepEqual([await club.count('deactivate'), await club.count('reactivate')], [1, 1])
  // The payment is what it was.
  await card.slotShows('Paid')
  assert.deepEqual(await world.violations(), [])
})

scenario('its discount and its next date are set; what may not be cannot be sent', options, async ({ world, page }) => {
  const { card, club, question } = await joined(world, page)
  await card.press('Discount of the subscription')
  const sum = question('Give the discount')
  const yes = sum.getByRole('button', { name: 'Give the discount' })
  await sum.getByText(/^At most RUB\s100\.00$/).waitFor()
  for (const bad of ['', '0', '-1', '100.01', 'ten']) {
    await sum.getByRole('textbox', { name: 'Amount' }).fill(bad)
    await until(`${bad} is locked`, () => yes.isDisabled())
  }
  await sum.getByRole('textbox', { name: 'Amount' }).fill('25,50')
  await until('it is unlocked', () => yes.isEnabled())
  const charges = sum.getByRole('textbox', { name: /^For how many charges/ })
  await charges.fill('x')
  await until('a word is locked', () => yes.isDisabled())
  await charges.fill('2')
  await until('it is unlocked', () => yes.isEnabled())
  await accessiblePanel(page)
  await shot(page, 'panel-subscription-discount')
  await yes.click()
  await card.shows(/RUB\s74\.50/)
  const member = await club.member()
  assert.deepEqual([member.nextDiscount, member.nextDiscountNum], [2550, 2])

  await card.press('Date of the next charge')
  const when = question('Move it')
  const move = when.getByRole('button', { name: 'Move it' })
  assert.equal(await move.isDisabled(), true)
  for (const bad of ['soon', '2001-01-01 10:00']) {
    await when.getByRole('textbox').fill(bad)
    await until(`${bad} is locked`, () => move.isDisabled())
  }
  await when.getByRole('textbox').fill('2099-12-31 11:00') // in Kyiv, where the browser is
  await until('it is unlocked', () => move.isEnabled())
  await shot(page, 'panel-subscription-date')
  await move.click()
  await card.shows('31/12/2099, 11:00')
  assert.equal((await club.member()).next, '2099-12-31 12:00:00')
  assert.deepEqual([await club.count('discount'), await club.count('date')], [1, 1])

  // The server says what the panel can't know: a date that lies before the one that is set.
  await card.press('Date of the next charge')
  await when.getByRole('textbox').fill('2098-12-31 11:00')
  await until('it is unlocked', () => move.isEnabled())
  await move.click()
  await card.shows('The next charge can only be moved forward')
  assert.equal(await club.count('date'), 1)
})

scenario('a second click and a lost answer change it once', options, async ({ world, page }) => {
  const { card, club, question } = await joined(world, page)
  await card.press('Stop the subscription')
  await question('Yes, stop').getByRole('button', { name: 'Yes, stop' }).dblclick()
  await card.shows('The subscription is stopped')
  assert.equal(await made(page, 'stop'), 1)
  assert.equal(await club.count('deactivate'), 1)

  // The CRM never hears the module's answer; it was carried out all the same, and is shown.
  await world.faults([{ side: 'crmCall', path: '/extension/api/resume', action: { dropAfter: true } }])
  await card.press('Resume the subscription')
  await card.answer('Resume')
  await card.shows('The subscription is active')
  assert.equal(await club.count('reactivate'), 1)
  assert.equal(await made(page, 'resume'), 1)
})

scenario('errors are said, and the state is the true one', options, async ({ world, page }) => {
  const { card, club, offers } = await joined(world, page)
  // Somebody else was quicker.
  await card.press('Discount of the subscription')
  await club.act({ action: 'deactivate', by: 'manager' })
  await until('it is known', async () => (await club.known()).state === 'stopped')
  const question = page.getByRole('dialog').last()
  await question.getByRole('textbox', { name: 'Amount' }).fill('10')
  await question.getByRole('button', { name: 'Give the discount' }).click()
  await card.shows('The payment has changed since you saw it')
  await card.shows('The subscription is stopped')
  assert.equal(await club.count('discount'), 0)

  // The gateway is away: nothing has changed, and it can be tried again.
  await world.faults({ side: 'prodamus', path: '/rest/setActivity/', count: 0, action: { status: 503 } })
  await card.press('Resume the subscription')
  await card.answer('Resume')
  await card.sidebar.getByRole('alert').waitFor()
  await offers([acts[1]])
  await shot(page, 'panel-subscription-error')
  await world.clearFaults()
  await card.press('Resume the subscription')
  await card.answer('Resume')
  await card.shows('The subscription is active')
  assert.equal(await club.count('reactivate'), 1)

  // The buyer ended it: a manager is offered nothing.
  await club.act({ action: 'deactivate', by: 'user' })
  await until('it is known', async () => (await club.known()).stoppedByBuyer)
  await card.press('Close')
  await card.sidebar.waitFor({ state: 'hidden' })
  await card.open()
  await card.shows('The subscription is stopped')
  await offers([])
})

scenario('the subscription in the language of the CRM, live', options, async ({ world, page }) => {
  const { card } = await joined(world, page)
  await speak(page, 'es-ES')
  await page.getByText('La suscripción está activa').first().waitFor()
  await speak(page, 'ru-RU')
  await page.getByRole('button', { name: 'Остановить подписку' }).waitFor()
  await shot(page, 'panel-subscription-ru')
  await card.sidebar.waitFor()
})
