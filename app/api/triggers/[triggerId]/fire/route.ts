import { triggerApi } from '@/lib/api/endpoints/trigger-endpoints'
import { readBounded } from '@/lib/server/http/read-body'
import { handle } from '@/lib/server/http/route'
import { Refusal } from '@/lib/server/services/problem'
import { fireTrigger } from '@/lib/server/triggers/fire-trigger'

/** Largest body that is delivered: what senders tell of one thing is far below it. */
const LARGEST_BYTES = 1_000_000

export const POST = handle(triggerApi.fireTrigger, async ({ app, request, params, turnedOutToBe }) => {
  const tooLarge = () => new Refusal('too-large', 'The body is larger than 1 MB.')
  const body = await readBounded(request, LARGEST_BYTES, tooLarge)
  return fireTrigger(app, { triggerId: params.triggerId, headers: request.headers, body }, turnedOutToBe)
})
