// Which view is shown stands behind the address's `#`, so that it can be kept, sent and gone back
// to, and never reaches a server's log.
import { reactive, readonly } from 'vue'

export interface Route {
  view: string // find, connection, payment, subscription, outbox, audit
  id: string
  query: Record<string, string>
}

// An address may have been cut or mistyped on its way here: what it names is then looked for as it is.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function parse(hash: string): Route {
  const text = hash.replace(/^#\/?/, '')
  const [path = '', query = ''] = text.split('?', 2)
  const [view = '', id = ''] = path.split('/')
  return {
    view: view === '' ? 'find' : view,
    id: decoded(id),
    query: Object.fromEntries(new URLSearchParams(query)),
  }
}

export function link(view: string, id = '', query: Record<string, string> = {}): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  const search = new URLSearchParams(filled).toString()
  return `#/${view}${id === '' ? '' : `/${encodeURIComponent(id)}`}${search === '' ? '' : `?${search}`}`
}

const current = reactive<Route>(parse(location.hash))
addEventListener('hashchange', () => {
  Object.assign(current, parse(location.hash))
})

export const route = readonly(current)

export function go(to: string): void {
  if (location.hash === to) dispatchEvent(new HashChangeEvent('hashchange'))
  else location.hash = to
}
