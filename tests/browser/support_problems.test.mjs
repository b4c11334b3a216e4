// Problems in diagnostics that nothing ends by itself: a person does, with a dry run first; not a
// viewer, and not those that end with their cause. Against the emulated Prodamus.
import assert from 'node:assert/strict'
import { Club } from './support/club.mjs'
import { until } from './support/process.mjs'
import { accessible, scenario, shot } from './support/scenario.mjs'

const password = 'correct horse battery'
const dialogOf = (page) => page.getByRole('dialog')
const dismiss = (page) => page.getByRole('button', { name: 'Mark as dealt with' })
const problemsOf = (world) => JSON.parse(world.command(['support', 'problems', '--json'])).problems

async function enter(page, world, name, view) {
  await page.goto(`${world.url}/support${view}`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(`${name} ·`).first().waitFor()
}

// A link that a buyer paid twice.
async function paidTwice(world) {
  world.command(['support-user', 'add', 'ann', '--role', 'operator'], `${password}\n`)
  world.command(['support-user', 'add', 'bob', '--role', 'viewer'], `${password}\n`)
  const club = new Club(world)
  const account = await world.connect('demo', { currency: 'RUB' })
  const store = await club.addStore(account, 'Shop', { paymentsLimit: '3' })
  const payment = await world.createPayment(store.id, 100)
  const gatewayPage = await club.pay(payment.link)
  await world.wait('invoice', { uuid: payment.uuid, status: 'succeeded' })
  const again = () => club.payPage(gatewayPage)
  await again()
  await until('it is a problem', () => problemsOf(world).some((each) => each.key === 'invoice.paid_twice'))
  return { ...payment, again, connection: problemsOf(world)[0].connection }
}

scenario('what nothing ends is marked as dealt with', async ({ world, page }) => {
  const payment = await paidTwice(world)
  await enter(page, world, 'ann', `#/payment/${payment.paymentId}`)
  await page.getByRole('heading', { name: 'Timeline' }).waitFor()
  await page.getByText('A buyer paid twice over one link').waitFor()
  await accessible(page)
  await shot(page, 'support-problem')

  // Only looked at: it stays.
  await dismiss(page).click()
  await dialogOf(page).getByText('counts as dealt with').waitFor()
  await accessible(page)
  await shot(page, 'support-problem-dismiss')
  await page.keyboard.press('Escape')
  assert.equal(problemsOf(world).length, 1)

  // The buyer pays once more meanwhile: what is on the screen is not all.
  await payment.again()
  await until('it is known', () => problemsOf(world)[0].times > 1)
  await dismiss(page).click()
  await dialogOf(page).getByRole('alert').getByText('since you saw it').waitFor()
  assert.equal(await dialogOf(page).getByRole('button', { name: 'Do it' }).count(), 0)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Reload' }).click()
  await page.getByText('2 times').waitFor()

  await dismiss(page).click()
  await dialogOf(page).getByRole('button', { name: 'Do it' }).click()
  await dialogOf(page).getByText('The problem is marked as dealt with.').waitFor()
  await dialogOf(page).getByRole('button', { name: 'Close' }).click()
  await page.locator('.timeline li', { hasText: 'Problem dealt with' }).waitFor()
  await until('it is gone', async () => (await page.getByRole('heading', { name: 'Problems' }).count()) === 0)
  assert.deepEqual(problemsOf(world), [])
  await shot(page, 'support-problem-dismissed')

  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByRole('cell', { name: 'dealt with a problem', exact: true }).waitFor()
  await page.getByRole('link', { name: payment.paymentId }).waitFor()
})

scenario('on the page of its account too; a viewer is not offered it', async ({ world, page }) => {
  const payment = await paidTwice(world)
  await enter(page, world, 'bob', `#/connection/${payment.connection}`)
  await page.getByText('A buyer paid twice over one link').waitFor()
  assert.equal(await dismiss(page).count(), 0)
  await page.getByRole('button', { name: 'Sign out' }).click()

  await enter(page, world, 'ann', `#/connection/${payment.connection}`)
  await page.getByText('needs attention').waitFor()
  await dismiss(page).click()
  await dialogOf(page).getByRole('button', { name: 'Do it' }).click()
  await dialogOf(page).getByText('The problem is marked as dealt with.').waitFor()
  await dialogOf(page).getByRole('button', { name: 'Close' }).click()
  await page.getByText('all is well').waitFor()
  await accessible(page)
})
