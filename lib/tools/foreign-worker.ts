import { parentPort } from 'node:worker_threads'
import { assertNever } from '@/lib/core/assert-never'
import type { ForeignAnswer, ForeignCall } from './foreign-protocol'
import { check, checkSchema } from './schema-check'
import { search } from './search'

// The thread in which foreign patterns run: it may block or be terminated at any moment without harm to the server.
const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const say = (answer: ForeignAnswer) => port.postMessage(answer)

// The only sender is `foreign.ts`, so the message is a call.
port.on('message', (call: ForeignCall) => {
  try {
    say(answer(call))
  } catch (error) {
    say({ kind: 'refused', reason: `The check failed: ${error instanceof Error ? error.message : 'no reason given'}.` })
  }
})
say({ kind: 'ready' })

function answer(call: ForeignCall): ForeignAnswer {
  switch (call.kind) {
    case 'search':
      return search(call.request)
    case 'check-schema':
      return { kind: 'complaints', complaints: checkSchema(call.schema) }
    case 'check':
      return { kind: 'complaints', complaints: check(call.schema, call.value) }
    default:
      return assertNever(call)
  }
}
