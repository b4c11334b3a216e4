// Money, dates and times in the reader's language.

// `minor`: whole minor units, as everywhere behind the door.
export function money(minor: number, currency: string, locale: string): string {
  const formatter = new Intl.NumberFormat(locale, { style: 'currency', currency })
  const digits = formatter.resolvedOptions().maximumFractionDigits ?? 2
  return formatter.format(minor / 10 ** digits)
}

// `iso`: `2026-11-22T08:43:00Z`; empty for never. The browser's time zone unless one is given.
export function dateTime(iso: string, locale: string, timeZone?: string): string {
  const at = new Date(iso)
  if (iso === '' || Number.isNaN(at.getTime())) return ''
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  }).format(at)
}

// `3 hours ago`, for what is recent; the exact time belongs into a title.
export function ago(iso: string, locale: string, now = Date.now()): string {
  const at = new Date(iso).getTime()
  if (iso === '' || Number.isNaN(at)) return ''
  const seconds = (at - now) / 1000
  const steps: [number, Intl.RelativeTimeFormatUnit][] = [
    [60, 'second'],
    [60, 'minute'],
    [24, 'hour'],
    [30, 'day'],
    [12, 'month'],
    [Number.POSITIVE_INFINITY, 'year'],
  ]
  let value = seconds
  for (const [size, unit] of steps) {
    if (Math.abs(value) < size)
      return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.round(value), unit)
    value /= size
  }
  return ''
}

export function integer(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value)
}
