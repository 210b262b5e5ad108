import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { assertNever } from '@/lib/core/base/assert-never'
import type { SignatureForm } from '@/lib/core/ports/trigger-store'

/** How far the time of a delivery may be off, either way, as Standard Webhooks has it. */
const TOLERANCE_MS = 5 * 60_000

/** Longest id of a delivery, and most signatures beside each other (there are two while a secret is renewed). */
const LONGEST_ID = 200
const MOST_SIGNATURES = 10

/** What came, as far as it is signed. */
type Delivered = { headers: Headers; body: Uint8Array; nowMs: number }

/** Whether a delivery is signed with one of the secrets: by which id it is known then, or why it is not. */
export type Checked = { isSigned: true; deliveryId: string } | { isSigned: false; why: string }

/**
 * Checks a delivery against secrets of the form `whsec_…`, any of which will do. The work is the same whether it is
 * signed rightly or not.
 */
export function checkSignature(
  form: SignatureForm,
  secrets: readonly string[],
  delivered: Delivered,
): Checked {
  switch (form) {
    case 'standard':
      return checkStandard(secrets, delivered)
    case 'github':
      return checkGithub(secrets, delivered)
    default:
      return assertNever(form)
  }
}

/**
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. Not by the package of
 * that name, which signs with it: it judges by its own clock, and anybody can have it hash a megabyte in JavaScript.
 */
function checkStandard(secrets: readonly string[], { headers, body, nowMs }: Delivered): Checked {
  const id = headers.get('webhook-id') ?? ''
  const time = headers.get('webhook-timestamp') ?? ''
  const given = (headers.get('webhook-signature') ?? '').split(' ').slice(0, MOST_SIGNATURES)
  // A dot in the id or the time would let one signature stand for two deliveries.
  const isWhole = /^[^.\s]+$/.test(id) && id.length <= LONGEST_ID && /^\d{1,12}$/.test(time)
  const expected = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64')}`
  })
  if (!isWhole)
    return unsigned('webhook-id or webhook-timestamp is missing, or is not as Standard Webhooks says')
  if (!isAny(given, expected)) return unsigned('its webhook-signature is missing or wrong')
  const offMs = nowMs - Number(time) * 1000
  if (Math.abs(offMs) > TOLERANCE_MS) {
    const seconds = Math.round(Math.abs(offMs) / 1000)
    return unsigned(`it was sent ${seconds} seconds ${offMs > 0 ? 'ago' : 'in the future'}`)
  }
  return { isSigned: true, deliveryId: id }
}

/**
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries: the body alone is signed, so what
 * was signed is the delivery; by an id beside it a copy could come again under another.
 */
function checkGithub(secrets: readonly string[], { headers, body }: Delivered): Checked {
  const given = headers.get('x-hub-signature-256') ?? ''
  const expected = secrets.map(
    (secret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  )
  const deliveryId = `sha256-${createHash('sha256').update(body).digest('hex')}`
  if (!isAny([given], expected)) return unsigned('its X-Hub-Signature-256 is missing or wrong')
  return { isSigned: true, deliveryId }
}

/** Whether one text is among others, told in a time that says nothing of how near it was. */
function isAny(given: readonly string[], expected: readonly string[]): boolean {
  let isFound = false
  for (const one of given)
    for (const other of expected) {
      const [a, b] = [Buffer.from(one), Buffer.from(other)]
      if (a.length === b.length && timingSafeEqual(a, b)) isFound = true
    }
  return isFound
}

function unsigned(why: string): Checked {
  return { isSigned: false, why }
}
