// Copies text, also where the page has no clipboard of its own (plain http on another machine).
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'visually-hidden'
    area.setAttribute('aria-hidden', 'true')
    // Inside an open dialog, the rest of the page can't be selected.
    const host = document.querySelector('dialog[open]') ?? document.body
    host.append(area)
    const before = document.activeElement
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    if (before instanceof HTMLElement) before.focus()
    return done
  }
}
