import type { NextRequest } from 'next/server'
import { guardedPage } from '@/lib/server/http/guarded-page'
import { untrustedHostPage } from '@/lib/server/http/untrusted-host-page'

/**
 * Every page request passes here first: a name that is not ours gets no page, and a page gets a policy of
 * what it may run. The API, `/mcp` and the metrics check for themselves.
 */
export function proxy(request: NextRequest): Response {
  return untrustedHostPage(request) ?? guardedPage(request)
}

export const config = { matcher: ['/((?!api/|mcp$|metrics$|_next/).*)'] }
