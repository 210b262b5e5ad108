import { z } from 'zod'
import { defaultProject } from '@/lib/core/base/project'
import { type Budget, type BudgetPeriod, budgetSchema } from '@/lib/core/money/budgets'
import { defaultModel } from '@/lib/core/money/models'
import { quotaSchema } from '@/lib/core/money/quotas'
import { type CalendarCaps, noCalendarCaps } from '@/lib/core/ports/dispatcher'
import type { SettingStore } from '@/lib/core/ports/setting-store'
import { initialPermissionsSchema, permissionBoundsSchema } from '@/lib/core/spec/permissions'
import { defaultDayCapNanoUsd, defaultLimits } from '@/lib/core/spec/run'

const storedSchema = z.object({
  defaultModel: z.string().catch(defaultModel),
  runCapNanoUsd: z
    .number()
    .int()
    .positive()
    .catch(defaultLimits.nanoUsd ?? 0),
  dayCapNanoUsd: z.number().int().positive().nullable().catch(defaultDayCapNanoUsd),
  monthCapNanoUsd: z.number().int().positive().nullable().catch(null),
  dayCapTokens: z.number().int().positive().nullable().catch(null),
  dayCapAgents: z.number().int().positive().nullable().catch(null),
  budgets: z.array(budgetSchema).catch([]),
  // What cannot be read of these stops the start: without them more would be allowed than was said.
  quotas: z.array(quotaSchema),
  /** Those of Default; and those of other projects, by their ids. A project without a list of its own has Default's. */
  allowedModels: z.array(z.string()).nullable(),
  allowedModelsOf: z.record(z.string(), z.array(z.string()).nullable()),
  /** By project; those of Default bound every project, and are what a project without its own begins with. */
  permissionBoundsOf: z.record(z.string(), permissionBoundsSchema),
  initialPermissionsOf: z.record(z.string(), initialPermissionsSchema),
  simulatorSpeed: z.number().min(0).nullable().catch(null),
})

/** What a person changed while it runs; everything else comes from the environment. */
export type StoredSettings = z.infer<typeof storedSchema>

const KEY = 'installation'

/** Settings as stored, with the shipped default wherever nothing (or nonsense) is stored. */
export async function loadSettings(store: SettingStore): Promise<StoredSettings> {
  const stored = await store.getSetting(KEY)
  const fields = typeof stored === 'object' && stored !== null && !Array.isArray(stored) ? stored : {}
  return storedSchema.parse({
    defaultModel,
    runCapNanoUsd: defaultLimits.nanoUsd,
    dayCapNanoUsd: defaultDayCapNanoUsd,
    monthCapNanoUsd: null,
    dayCapTokens: null,
    dayCapAgents: null,
    budgets: [],
    quotas: [],
    allowedModels: null,
    allowedModelsOf: {},
    permissionBoundsOf: {},
    initialPermissionsOf: {},
    simulatorSpeed: null,
    ...fields,
  })
}

export async function saveSettings(store: SettingStore, settings: StoredSettings): Promise<void> {
  await store.putSetting(KEY, settings)
}

/**
 * The caps over all runs, as the dispatcher holds them. They are of real money: the simulator's meets none.
 */
export function calendarCaps(settings: StoredSettings, simulated: boolean): CalendarCaps {
  if (simulated) return noCalendarCaps
  const {
    dayCapNanoUsd: day,
    monthCapNanoUsd: month,
    dayCapTokens: dayTokens,
    dayCapAgents: dayAgents,
    quotas,
  } = settings
  return { day, month, dayTokens, dayAgents, quotas: [...quotas] }
}

/** A budget, and the project whose spending counts against it; null for that of all. */
export type WatchedBudget = { budget: Budget; over: string | null }

/**
 * Every budget of dollars there is: the caps over all runs, which also stop turns, and those that only warn.
 */
export function allBudgets({ dayCapNanoUsd, monthCapNanoUsd, budgets }: StoredSettings): WatchedBudget[] {
  const cap = (period: BudgetPeriod, nanoUsd: number | null): WatchedBudget[] =>
    nanoUsd === null
      ? []
      : [{ budget: { project: defaultProject, scope: 'all', name: '', period, nanoUsd }, over: null }]
  const own = budgets.map((budget) => ({ budget, over: budget.project }))
  return [...cap('day', dayCapNanoUsd), ...cap('month', monthCapNanoUsd), ...own]
}
