import { foreignPage } from '@/lib/server/foreign-page'

/** Every page request passes here first: a name that is not ours gets no page. The API checks for itself. */
export function proxy(request: Request): Response | undefined {
  return foreignPage(request)
}

export const config = { matcher: ['/((?!api/|_next/).*)'] }
