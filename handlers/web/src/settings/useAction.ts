// One button press: busy while it runs, never twice at once, and what went wrong in words.
import { ref } from 'vue'
import { ApiError } from '@/common/api'
import { useStore } from './store'

export function useAction() {
  const store = useStore()
  const busy = ref(false)
  const error = ref('')

  // true: it was done.
  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    error.value = ''
    try {
      await act()
      return true
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      error.value = store.explain(thrown)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, error, run }
}
