// The support bundle as a file of the browser's.
import { ApiError, prefix } from '@/common/api'
import type { Session } from './session'
import type { Me } from './types'

export async function saveBundle(
  session: Session,
  what: { invoice: string } | { connection: string },
): Promise<void> {
  const { csrfToken } = await session.api.get<Me>()
  const answer = await fetch(`${prefix()}/api/support/bundle`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-CSRF-Token': csrfToken,
      'X-Language': session.i18n.language.value,
    },
    body: JSON.stringify(what),
    credentials: 'same-origin',
  }).catch(() => undefined)
  if (answer === undefined) throw new ApiError(0, 'network', '')
  if (!answer.ok) {
    const { error } = await answer.json()
    throw new ApiError(answer.status, error.code, error.message)
  }
  const name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1]
  const address = URL.createObjectURL(await answer.blob())
  const anchor = document.createElement('a')
  anchor.href = address
  anchor.download = name ?? 'tillbridge.zip'
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
