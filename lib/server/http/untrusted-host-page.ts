import { isNamed } from '@/lib/core/base/named-error'
import { processEnvironment } from '../services/env'
import type { Refusal } from '../services/problem'
import { refuseUntrustedHost } from './access'

/** A plain refusal for a page asked for under an untrusted name; undefined when it may be shown. */
export function untrustedHostPage(request: Request): Response | undefined {
  try {
    refuseUntrustedHost(processEnvironment(), request.headers)
    return undefined
  } catch (error) {
    if (!isNamed<Refusal>(error, 'Refusal')) throw error
    return new Response(`${error.message}\n`, {
      status: 403,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
  }
}
