import { isNamed } from '@/lib/core/named-error'
import { refuseUntrustedHost } from './access'
import { processEnvironment } from './env'
import type { Refusal } from './problem'

/** A plain refusal for a page asked for under an untrusted name; undefined when it may be shown. */
export function untrustedHostPage(request: Request): Response | undefined {
  try {
    refuseUntrustedHost(processEnvironment(), request.headers)
    return undefined
  } catch (error) {
    if (!isNamed<Refusal>(error, 'Refusal')) throw error
    return new Response(`${error.message}\n`, { status: 403, headers: { 'content-type': 'text/plain; charset=utf-8' } })
  }
}
