import { sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { z } from 'zod'
import { billedCostSchema, billedUsageSchema, reportForms } from '@/lib/core/billing/billed'
import { json } from '../json-column'

/** What was reported as billed on a UTC day, as it was when it was last read. */
export const billedDays = sqliteTable('billed_days', {
  day: text('day').primaryKey(),
  readAt: text('read_at').notNull(),
  form: text('form', { enum: reportForms }).notNull(),
  usage: json(z.array(billedUsageSchema))('usage').notNull(),
  costs: json(z.array(billedCostSchema))('costs').notNull(),
})
