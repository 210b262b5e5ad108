import { assertNever } from '@/lib/core/assert-never'
import type { ForeignAnswer, ForeignCall } from './foreign-protocol'
import { listing } from './listing'
import { check, checkSchema } from './schema-check'
import { search } from './search'

/** Answers one call of the tools. Blocks its thread, for as long as foreign text makes it: only for one that can be killed. */
export function answerCall(call: ForeignCall): ForeignAnswer {
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
