// An account's bots on its settings page: the first one from nothing to a paid link, errors at their
// field, the way to a bot's own page; by keyboard, in five languages.
import assert from 'node:assert/strict'
import { Bot } from './support/bot.mjs'
import { until } from './support/process.mjs'
import { accessible, scenario, shot } from './support/scenario.mjs'
import { SettingsPage } from './support/settings.mjs'
import { SettingsApi } from './support/world.mjs'

// → {settings, card, url}
async function enter(world, page, language = 'en') {
  const url = await world.connect('demo', { language })
  const settings = new SettingsPage(page, language)
  await settings.open(url)
  await settings.settled()
  const card = settings.card('bots.title')
  await card.waitFor()
  return { settings, card, url }
}

const add = (card, settings) => card.getByRole('button', { name: settings.t('bots.add'), exact: true })

scenario('an admin makes a bot, gives it a store on its own page, and it sells', async ({ world, page }) => {
  const { settings, card, url } = await enter(world, page)
  await card.getByText(settings.t('bots.text')).waitFor()
  await add(card, settings).click()
  await settings.dialog.locator('[name=name]').fill(' Chat “one” <b>1</b> ')
  const language = settings.dialog.locator('[name=botLanguage]')
  assert.equal(await language.inputValue(), 'en')
  await settings.dialog.locator('[name=style]').selectOption('mavibot')
  assert.equal(await language.inputValue(), 'kk')
  await settings.dialog.locator('[name=callbackUrl]').fill(`${world.peers}/bots/shop`)
  await accessible(page)
  await shot(page, 'settings-bots-add', { fullPage: false })
  await settings.inDialog('bots.add').click()
  await settings.dialog.waitFor({ state: 'detached' })
  const name = 'Chat “one” <b>1</b>'
  await card.getByText(settings.t('bots.made', { name })).waitFor()
  const [token, signingSecret, accountUrl] = await card.getByRole('alert').locator('code').allInnerTexts()
  assert.match(signingSecret, /^whsec_/)
  await accessible(page)
  await shot(page, 'settings-bots-made')
  await card.getByRole('alert').getByRole('button', { name: settings.t('copy') }).first().click()
  await until('the token is on the clipboard', async () =>
    (await page.evaluate(() => navigator.clipboard.readText())) === token,
  )

  // Shown this once.
  const bodies = []
  page.on('response', async (response) => bodies.push(await response.text().catch(() => '')))
  await page.reload()
  await settings.settled()
  const open = card.getByRole('button', { name: `${settings.t('bots.open')}: ${name}`, exact: true })
  await open.waitFor()
  bodies.push(await page.content())
  for (const body of bodies) for (const secret of [token, signingSecret, accountUrl]) assert.ok(!body.includes(secret))

  await open.click()
  await settings.dialog.getByText(settings.t('bots.openText')).waitFor()
  await settings.inDialog('bots.open').click()
  const own = new SettingsPage(page, 'kk') // the bot's language
  await page.getByRole('region', { name: own.t('bot.title', { name }), exact: true }).waitFor()
  assert.equal(await own.card('bots.title').count(), 0)
  const bot = Object.assign(new Bot(), { world, name: 'shop', token, signingSecret, accountUrl })
  const { clientId, secret } = await world.gatewayMerchant()
  await own.startAdding()
  await own.dialog.locator('[name=gateway]').selectOption('uapay')
  await own.fill({ name: 'Bot store', shopId: clientId, secretKey: secret })
  await own.inDialog('form.submit').click()
  await own.row('Bot store').waitFor()
  await bot.expectSecrets([signingSecret])
  await bot.sell({ payment_sum: 44, product_name: 'Tea' })
  await until('the bot hears of it', async () => (await bot.heard()).messages.length === 1)
  assert.deepEqual((await bot.heard()).calls[0].signedBy, [0])

  // The way back is the account's own link.
  await settings.open(url)
  await open.waitFor()
  const turn = (what) => card.getByRole('button', { name: `${settings.t(`bots.${what}`)}: ${name}`, exact: true })
  await turn('switchOff').click()
  await settings.dialog.getByText(settings.t('bots.switchOffText')).waitFor()
  await settings.inDialog('bots.switchOff').click()
  await card.getByText(settings.t('bots.off'), { exact: true }).waitFor()
  assert.equal((await bot.ask({ payment_sum: 44, product_name: 'Tea' })).status, 403)
  await accessible(page)
  await shot(page, 'settings-bots-off')
  await turn('switchOn').click()
  await turn('switchOff').waitFor()
  assert.equal((await bot.ask({ payment_sum: 44, product_name: 'Tea' })).status, 200)
  assert.deepEqual((await (await SettingsApi.enter(url)).call('GET', '')).merchants, [])
})

scenario('what is wrong with a new bot stands at its field', { complaints: false }, async ({ world, page }) => {
  const { settings, card } = await enter(world, page)
  await add(card, settings).click()
  const field = (name) => settings.dialog.locator(`[name=${name}]`)
  const refused = async (name, words) => {
    await settings.inDialog('bots.add').click()
    await until(`the error stands at ${name}`, async () => words.test(await settings.errorAt(field(name))))
    assert.equal(await field(name).evaluate((each) => each === document.activeElement), true)
  }
  await refused('name', /Fill in this field/)
  await field('name').fill('Chat')
  await field('callbackUrl').fill('not an address')
  await refused('callbackUrl', /does not call this address/)
  await accessible(page)
  await shot(page, 'settings-bots-error', { fullPage: false })
  await field('callbackUrl').fill('')

  await page.route('**/api/settings/bots', (route) => route.abort())
  await settings.inDialog('bots.add').click()
  await settings.dialog.getByRole('alert').getByText(settings.t('error.network')).waitFor()
  await page.unroute('**/api/settings/bots')
  await settings.inDialog('bots.add').click()
  await settings.dialog.waitFor({ state: 'detached' })
  await add(card, settings).click()
  await field('name').fill('Chat')
  await refused('name', /connected already/)
  await page.keyboard.press('Escape')
  await settings.dialog.waitFor({ state: 'detached' })
  assert.equal(await card.locator('li').count(), 1)

  // A list that could not be read can be asked for again.
  await page.route('**/api/settings/bots', (route) => route.abort())
  await page.reload()
  await card.getByRole('alert').getByText(settings.t('error.network')).waitFor()
  await page.unroute('**/api/settings/bots')
  await card.getByRole('button', { name: settings.t('again') }).click()
  await card.locator('li').waitFor()
  assert.equal(await card.getByRole('alert').count(), 0)
})

scenario('a bot is made and its page is opened by keys alone', async ({ world, page }) => {
  const { settings, card } = await enter(world, page)
  const isFocused = (locator) => locator.evaluate((each) => each === document.activeElement)
  const tabTo = async (locator) => {
    for (let i = 0; i < 60; ++i) {
      await page.keyboard.press('Tab')
      if ((await locator.count()) > 0 && (await isFocused(locator))) return
    }
    throw new Error(`Tab does not lead to ${locator}`)
  }
  await tabTo(add(card, settings))
  await page.keyboard.press('Enter')
  await until('the name has the focus', () => isFocused(settings.dialog.locator('[name=name]')))
  await page.keyboard.type('Keys')
  await page.keyboard.press('Enter')
  const made = card.getByRole('alert')
  await made.waitFor()
  await until('what is shown once has the focus', () => isFocused(made.locator('xpath=..')))
  const open = card.getByRole('button', { name: `${settings.t('bots.open')}: Keys`, exact: true })
  await tabTo(open)
  await page.keyboard.press('Enter')
  await until('the harmless answer has the focus', () => isFocused(settings.inDialog('cancel')))
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: settings.t('bot.title', { name: 'Keys' }), exact: true }).waitFor()
})

for (const language of ['ru', 'uk', 'kk', 'en', 'es']) {
  scenario(`an account's bots are shown in ${language}`, async ({ world, page }) => {
    const { settings, card } = await enter(world, page, language)
    await add(card, settings).click()
    await settings.dialog.locator('[name=name]').fill('Chat')
    await settings.inDialog('bots.add').click()
    await card.getByText(settings.t('bots.made', { name: 'Chat' })).waitFor()
    for (const key of ['bots.text', 'bot.token', 'bots.secret', 'bots.page', 'bots.next'])
      await card.getByText(settings.t(key), { exact: true }).waitFor()
    assert.doesNotMatch(await page.locator('main').innerText(), /\bbots?\.[a-z]+/)
    await accessible(page)
    await shot(page, `settings-bots-${language}`)
    for (const width of [320, 768]) {
      await page.setViewportSize({ width, height: 740 })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.equal(overflow, 0, `${width} px`)
    }
  })
}
