// See `card`: the address of the panel in the vendor's page, for the sandbox's account `demo`.
import { serveSandbox } from '@retailcrm/embed-ui-v1-sandbox/node'
import { createSandboxWidgetPath } from '@retailcrm/embed-ui-v1-sandbox/automation/playwright'

const sandbox = process.argv[2].replace(/\/$/, '')

async function control(path, body) {
  const answer = await fetch(`${sandbox}/_control${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const json = await answer.json()
  if (!answer.ok) throw new Error(`${path}: ${json.error}`)
  return json
}

const { account } = await control('/accounts/demo')
const [module] = Object.values(account.modules)
const embed = module?.integrations?.embedJs
const [shop] = module?.integrations?.payment?.shops ?? []
if (embed === undefined || shop === undefined)
  throw new Error('the account demo has no module with a panel and a store: run deploy/quickstart')
if (!account.orders.includes(215))
  await control('/orders', {
    account: 'demo',
    id: 215,
    number: '215C',
    payments: [{ shop: shop.code, amount: 121.5 }],
  })

const { baseUrl } = await serveSandbox({ host: '127.0.0.1', port: 4173 })
const path = createSandboxWidgetPath({
  manifestUrl: module.baseUrl.replace(/\/$/, '') + embed.entrypoint.replace(/\/script$/, ''),
  extensionUrl: `${sandbox}/embed-proxy/${module.clientId}/extension/x`,
  targets: ['order/card:payment.before'],
  fixture: 'order-basic',
})
console.log(`Open ${baseUrl.replace(/\/$/, '')}${path}\nCtrl-C ends it.`)
