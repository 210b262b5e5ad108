import { pages } from './pages'

/** Pages for people whom the server does not know: nobody is led away from them. */
const doors: readonly string[] = [pages.signIn, pages.join, pages.invitation, pages.shared]

/** Sends people whom the server does not know to the page where they sign in, and remembers where they were. */
export function leadToSignIn(): void {
  const { pathname, search } = window.location
  if (doors.includes(pathname)) return
  window.location.assign(`${pages.signIn}?${new URLSearchParams({ back: pathname + search })}`)
}

/** Where to go after signing in; an address of another site, slipped into the query, is not followed. */
export function wayBack(back: string | null, origin: string): string {
  const url = URL.parse(back ?? pages.overview, origin)
  return url === null || url.origin !== origin ? pages.overview : url.pathname + url.search
}
