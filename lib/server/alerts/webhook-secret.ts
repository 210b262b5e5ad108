import { randomBytes } from 'node:crypto'

/** A fresh secret to sign webhooks with, in the form of Standard Webhooks: `whsec_` and 256 bits as base64. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}
