import { assertNever } from '@/lib/core/base/assert-never'
import { check, checkSchema } from '@/lib/json-schema/schema-check'
import { listing } from './listing'
import { search } from './search'
import type { UntrustedAnswer, UntrustedCall } from './untrusted-protocol'

/**
 * Answers one call of the tools. Blocks its thread, for as long as untrusted text makes it: only for one that
 * can be killed.
 */
export function answerCall(call: UntrustedCall): UntrustedAnswer {
  switch (call.kind) {
    case 'search':
      return search(call.request)
    case 'list':
      return listing(call.request)
    case 'check-schema':
      return { kind: 'complaints', complaints: checkSchema(call.schema) }
    case 'check':
      return { kind: 'complaints', complaints: check(call.schema, call.value) }
    default:
      return assertNever(call)
  }
}
