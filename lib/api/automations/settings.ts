import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { offReasons, whenBusyChoices } from '@/lib/core/ports/automation'
import { runStatuses } from '@/lib/core/spec/run-status'
import { launchSchema } from '../runs'
import { usdSchema } from '../settings'

/** What people say of a launch that is kept to be made on every occasion, of a schedule and a trigger alike. */
export const automationSettings = {
  name: z.string().trim().min(1, 'must not be empty').max(100),
  launch: launchSchema,
  /** `skip` (usual) leaves an occasion out while the last run goes on, `wait` makes up for one of them after it. */
  whenBusy: z.enum(whenBusyChoices),
  /** What its runs may spend together in a month; null sets no ceiling over their own caps. */
  monthlyUsd: usdSchema.nullable(),
  /** It turns itself off after as many failed runs in a row. */
  mostFailures: z.number().int().min(1, 'must be 1 or more').max(100, 'must be at most 100'),
}

/** What became of an occasion, of a schedule's time and a trigger's delivery alike. */
export const occasionFields = {
  detail: z.string().nullable(),
  runId: z.string().nullable(),
  /** Null without a run, or once it was deleted. */
  runStatus: z.enum(runStatuses).nullable(),
  spentNanoUsd: z.number().int().nullable(),
}

/** What people see of a schedule and of a trigger alike. Months are UTC months, as of every cap. */
export const automationFields = {
  id: z.string(),
  project: z.string(),
  name: z.string(),
  /** What it launches; null where that cannot be read any more. */
  launch: launchSchema.nullable(),
  whenBusy: z.enum(whenBusyChoices),
  monthlyNanoUsd: z.number().int().nullable(),
  mostFailures: z.number().int(),
  isOn: z.boolean(),
  offReason: z.enum(offReasons).nullable(),
  offDetail: z.string().nullable(),
  owner: actorSchema,
  createdAt: z.string(),
  /** What its runs of this month have spent. */
  monthSpentNanoUsd: z.number().int(),
}
