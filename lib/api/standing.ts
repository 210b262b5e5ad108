import { z } from 'zod'
import { whenBusyChoices } from '@/lib/core/ports/standing-launch'
import { launchSchema } from './runs'
import { usdSchema } from './settings'

/** What people say of a launch that is kept to be made on every occasion, of a schedule and a trigger alike. */
export const standingSettings = {
  name: z.string().trim().min(1, 'must not be empty').max(100),
  launch: launchSchema,
  /** `skip` (usual) leaves an occasion out while the last run goes on, `wait` makes up for one of them after it. */
  whenBusy: z.enum(whenBusyChoices),
  /** What its runs may spend together in a month; null sets no ceiling over their own caps. */
  monthlyUsd: usdSchema.nullable(),
  /** It turns itself off after as many failed runs in a row. */
  mostFailures: z.number().int().min(1, 'must be 1 or more').max(100, 'must be at most 100'),
}
