// The page in each language: its own words, those of the server, and those at a field.
import assert from 'node:assert/strict'
import { accessible, scenario, shot } from './support/scenario.mjs'
import { SettingsPage, textOf } from './support/settings.mjs'

// What the server says of a refused key, and what UAPAY's description calls it.
const refused = {
  ru: 'Шлюз не принимает эти данные',
  uk: 'Шлюз не приймає ці дані',
  kk: 'Шлюз бұл деректерді қабылдамайды',
  en: 'The gateway does not accept these credentials',
  es: 'La pasarela no acepta estas credenciales',
}
const secretKey = { ru: 'Секретный ключ', uk: 'Секретний ключ', kk: 'Құпия кілт', en: 'Secret key', es: 'Clave secreta' }
const missingType = { ru: 'У магазина нет типа оплаты', uk: 'У магазину немає типу оплати', kk: 'төлем түрі жоқ', en: 'has no payment type', es: 'no tiene tipo de pago' }

for (const language of ['ru', 'uk', 'kk', 'en', 'es']) {
  scenario(`the page speaks ${language}`, async ({ world, page }) => {
    const settings = new SettingsPage(page, language)
    const url = await world.connect('demo', { language })
    await world.addStore(url, { name: 'Чай & Tea' })
    await settings.open(url)
    await settings.settled()
    assert.equal(await page.evaluate(() => document.documentElement.lang), language)
    assert.equal(await page.title(), settings.t('title'))
    await settings.button('guide.hide').click()
    await page.getByText(missingType[language], { exact: false }).waitFor()
    // No key is shown in place of its text.
    assert.doesNotMatch(await page.locator('main').innerText(), /\b[a-z]+\.[a-z]+[A-Z]\w*|\b(stores|form|guide|access|types)\.\w+/)
    await settings.startAdding()
    await settings.field(settings.t('form.name')).fill('x')
    await settings.fill({ shopId: (await world.gatewayMerchant()).clientId, secretKey: 'wrong' })
    await settings.inDialog('form.submit').click()
    await page.locator('[name=secretKey][aria-invalid=true]').waitFor()
    assert.ok((await settings.errorAt(settings.field(secretKey[language]))).startsWith(refused[language]), await settings.errorAt(settings.field(secretKey[language])))
    await accessible(page)
    await shot(page, `settings-${language}`, { fullPage: false })
    await settings.inDialog('cancel').click()
    await shot(page, `settings-page-${language}`)
    // Nothing runs over a narrow screen's edge.
    for (const width of [320, 768]) {
      await page.setViewportSize({ width, height: 740 })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.equal(overflow, 0, `${width} px`)
    }
  })
}

scenario('the reader may choose another language, live, and it is kept', async ({ world, page }) => {
  const settings = new SettingsPage(page, 'ru')
  const url = await world.connect('demo', { language: 'ru' })
  await world.addStore(url, { name: 'Tea' })
  await settings.open(url)
  await settings.button('guide.hide').click()
  await page.getByText(missingType.ru).waitFor()
  await page.getByLabel(textOf('ru', 'language')).selectOption('uk')
  await page.getByRole('heading', { name: textOf('uk', 'title') }).waitFor()
  await page.getByText(missingType.uk).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'uk')
  await page.reload()
  await page.getByRole('heading', { name: textOf('uk', 'title') }).waitFor()
  await page.getByText(missingType.uk).waitFor()
})
