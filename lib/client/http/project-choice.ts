'use client'

/** The cookie by which the server knows which project this browser is in. */
const COOKIE = 'skein_project'
const YEAR_SECONDS = 31_536_000

/** Under this name a change is told to the other tabs, which share the cookie and the stream. */
const KEY = 'skein-project'

/** Enters a project in this browser, and begins anew there: nothing of the one before stays on the page. */
export function enterProject(id: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the store of cookies that could be asked instead is not in every browser.
  document.cookie = `${COOKIE}=${encodeURIComponent(id)}; Path=/; SameSite=Strict; Max-Age=${YEAR_SECONDS}`
  try {
    localStorage.setItem(KEY, `${id} ${crypto.randomUUID()}`)
  } catch (cause) {
    console.warn('Other tabs are not told of it: this browser blocks storage.', cause)
  }
  location.assign('/')
}

/** Calls `leave` when another tab has entered another project; gives a way to stop waiting for that. */
export function whenProjectChanges(leave: () => void): () => void {
  const hear = ({ key }: StorageEvent) => {
    if (key === KEY) leave()
  }
  addEventListener('storage', hear)
  return () => removeEventListener('storage', hear)
}
