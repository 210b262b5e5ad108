import { z } from 'zod'
import { noticeKinds } from '@/lib/core/spec/run-notice'
import { shownAlertSchema } from './first/shown-alert'
import { schemaNames } from './schema-names'

/** `GET /api/alerts`: newest first. */
export const alertsSchema = z
  .object({ alerts: z.array(shownAlertSchema) })
  .register(schemaNames, { id: 'Alerts' })

/** `POST /api/alerts/dismiss`: one alert has been seen. */
export const dismissSchema = z
  .strictObject({ id: z.string().min(1).max(1000) })
  .register(schemaNames, { id: 'Dismiss' })

/** How a notice is written: with all its fields, or as Slack's incoming webhooks take it. */
const webhookFormats = ['json', 'slack'] as const

/**
 * `GET /api/webhook`: where notices go. The secret is never given out, nor the path, which often is one too.
 */
export const webhookSchema = z
  .object({
    url: z.string().nullable(),
    hasSecret: z.boolean(),
    format: z.enum(webhookFormats),
    /** What of runs is sent, beside alerts about money. */
    runNotices: z.array(z.enum(noticeKinds)),
    /** Whether receivers on this machine are allowed, by `SKEIN_WEBHOOK_ALLOW_LOOPBACK`. */
    allowsLoopback: z.boolean(),
    deliveries: z.array(
      z.object({
        id: z.string(),
        createdAt: z.string(),
        kind: z.enum(['alert', 'test', 'run']),
        about: z.string(),
        status: z.enum(['pending', 'delivered', 'failed']),
        attempts: z.number().int(),
        nextAt: z.string().nullable(),
        lastAnswer: z.string().nullable(),
        deliveredAt: z.string().nullable(),
      }),
    ),
  })
  .register(schemaNames, { id: 'Webhook' })
export type Webhook = z.infer<typeof webhookSchema>

const secretForm = 'must be whsec_ and 24 to 64 bytes as base64'

/** What notices are signed with, in the form of Standard Webhooks (https://www.standardwebhooks.com). */
export const webhookSecretSchema = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, secretForm)
  .refine((secret) => isKey(secret.slice('whsec_'.length)), secretForm)
  .describe('Signs notices as Standard Webhooks says: `whsec_` and 24 to 64 bytes as base64')

function isKey(base64: string): boolean {
  const bytes = (base64.replaceAll('=', '').length * 6) / 8
  return base64.length % 4 === 0 && bytes >= 24 && Math.floor(bytes) <= 64
}

/**
 * `PUT /api/webhook`. `url` null turns it off and forgets the secret; what is left out stays. Slack's incoming
 * webhooks need no secret: one is made where none is given.
 */
export const webhookEditSchema = z
  .strictObject({
    url: z.string().trim().max(2000).nullable().optional(),
    secret: webhookSecretSchema.optional(),
    format: z.enum(webhookFormats).optional(),
    runNotices: z.array(z.enum(noticeKinds)).max(noticeKinds.length).optional(),
  })
  .register(schemaNames, { id: 'WebhookEdit' })
export type WebhookEdit = z.infer<typeof webhookEditSchema>
