import { pages } from './pages'

/**
 * Sends people who have not joined the team to the page that asks for its token, and remembers where they were.
 */
export function leadToJoin(): void {
  const { pathname, search } = window.location
  if (pathname === pages.join) return
  window.location.assign(`${pages.join}?${new URLSearchParams({ back: pathname + search })}`)
}

/** Where to go after joining; an address of another site, slipped into the query, is not followed. */
export function wayBack(back: string | null, origin: string): string {
  const url = URL.parse(back ?? pages.overview, origin)
  return url === null || url.origin !== origin ? pages.overview : url.pathname + url.search
}
