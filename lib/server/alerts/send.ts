import { isIP } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { Agent, request } from 'undici'
import { ForbiddenAddressError, guardedLookup, mayReach } from './address'

/** Longest a receiver may take. */
const ANSWER_MS = 10_000

export type Sent = { ok: boolean; answer: string }

/**
 * Posts a body, signed as Standard Webhooks says (https://www.standardwebhooks.com), so a receiver can
 * tell who sent it, and that it is not an old one sent again. Redirects are not followed. `secret` is
 * `whsec_` and base64.
 */
export async function send(
  to: { url: string; secret: string; allowsLoopback: boolean },
  notice: { id: string; body: string; nowMs: number },
): Promise<Sent> {
  const host = new URL(to.url).hostname.replace(/^\[|\]$/g, '')
  // A socket does not look up what is an address already.
  if (isIP(host) !== 0 && !mayReach(host, to.allowsLoopback))
    return { ok: false, answer: new ForbiddenAddressError(host).message }
  const agent = new Agent({ connect: { lookup: guardedLookup(to.allowsLoopback) }, connections: 1 })
  try {
    const { statusCode, body } = await request(to.url, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'skein-webhook',
        'webhook-id': notice.id,
        'webhook-timestamp': String(Math.floor(notice.nowMs / 1000)),
        'webhook-signature': new Webhook(to.secret).sign(notice.id, new Date(notice.nowMs), notice.body),
      },
      body: notice.body,
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    await body.dump({ limit: 65_536 }).catch(() => {})
    const isGood = statusCode >= 200 && statusCode < 300
    const isElsewhere = statusCode >= 300 && statusCode < 400
    return {
      ok: isGood,
      answer: isElsewhere ? `answered ${statusCode}: redirects are not followed` : `answered ${statusCode}`,
    }
  } catch (error) {
    return { ok: false, answer: reasonOf(error) }
  } finally {
    await agent.destroy().catch(() => {})
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'could not be reached'
  if (error instanceof ForbiddenAddressError) return error.message
  if (error.name === 'TimeoutError') return `did not answer within ${ANSWER_MS / 1000} seconds`
  return `could not be reached: ${'code' in error ? String(error.code) : error.message}`
}
