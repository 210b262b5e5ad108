import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { alertSchema } from '@/lib/core/money/alerts'

/** An alert as people see it. */
export const shownAlertSchema = z.object({
  id: z.string(),
  at: z.string(),
  alert: alertSchema,
  dismissedAt: z.string().nullable(),
  dismissedBy: actorSchema.nullable(),
})
export type ShownAlert = z.infer<typeof shownAlertSchema>
