// The JSON interface of our own server: cookie session, CSRF token on each change, errors as one
// type whatever went wrong. Nothing here knows what is asked.

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: no answer came
    readonly code: string, // stable: `merchant.inactive`; `network` where there was no answer
    message: string, // for people, in the reader's language; empty for `network`
    readonly field = '', // the field that it belongs to
    readonly requestId = '', // what support asks for
  ) {
    super(message)
    this.name = 'ApiError'
  }

  get signedOut(): boolean {
    return this.status === 401
  }
}

interface ErrorBody {
  error?: { code?: string; message?: string; field?: string }
}

export interface ApiOptions {
  root: string // `/api/settings`, behind the prefix of the installation
  language?: () => string // the reader's; answers carry their sentences in it
  onSignedOut?: () => void
}

export class Api {
  private csrf = ''

  constructor(private readonly options: ApiOptions) {}

  // Of the answer that carries one; needed before the first change.
  setCsrf(token: string): void {
    this.csrf = token
  }

  get<T>(path = ''): Promise<T> {
    return this.send<T>('GET', path)
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.send<T>('POST', path, body)
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PATCH', path, body)
  }

  delete<T>(path: string): Promise<T> {
    return this.send<T>('DELETE', path)
  }

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { Accept: 'application/json' }
    const language = this.options.language?.()
    if (language) headers['X-Language'] = language
    if (method !== 'GET') headers['X-CSRF-Token'] = this.csrf
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    let answer: Response
    let parsed: unknown
    try {
      answer = await fetch(prefix() + this.options.root + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: 'same-origin',
        cache: 'no-store',
      })
      const text = await answer.text()
      parsed = text === '' ? {} : JSON.parse(text)
    } catch {
      throw new ApiError(0, 'network', '')
    }
    if (answer.ok) return parsed as T
    const error = (parsed as ErrorBody).error ?? {}
    if (answer.status === 401) this.options.onSignedOut?.()
    throw new ApiError(
      answer.status,
      error.code ?? 'internal',
      error.message ?? '',
      error.field ?? '',
      answer.headers.get('X-Request-Id') ?? '',
    )
  }
}

// The path that a proxy puts before our routes; the server writes it into the page.
export function prefix(): string {
  return document.getElementById('app')?.dataset.prefix ?? ''
}
