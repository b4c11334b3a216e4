// The order card's panel runs in a worker of the CRM page: no DOM here, only runners.
import {
  defineRunner,
  defineWidgetRunner,
  runEndpoint,
} from '@retailcrm/embed-ui-v1-endpoint/remote'
import { useContext as useOrder } from '@retailcrm/embed-ui-v1-contexts/remote/order/card'
import { useContext as useSettings } from '@retailcrm/embed-ui-v1-contexts/remote/settings'
import { useContext as useUser } from '@retailcrm/embed-ui-v1-contexts/remote/user/current'
import { effectScope } from 'vue'
import PayPanel from './PayPanel.vue'
import { makeTexts, textsKey } from './texts'

// All that the first picture needs comes before it.
const panel = () =>
  defineWidgetRunner(PayPanel, async (app, pinia) => {
    await Promise.all(
      [useSettings(pinia), useOrder(pinia), useUser(pinia)].map((store) => store.initialize()),
    )
    const scope = effectScope(true)
    const texts = scope.run(() => makeTexts(pinia))!
    await texts.ready
    app.provide(textsKey, texts)
    app.onUnmount(() => scope.stop())
  })

runEndpoint(
  defineRunner({
    pages: [{}],
    widgets: [
      {
        'order/card:payment.before': panel(),
        'order/mg:payment.before': panel(),
        'order/mg:payment.after': panel(),
      },
    ],
  }),
)
