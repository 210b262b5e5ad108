import type { z } from 'zod'
import type { Budgets, budgetsEditSchema } from '@/lib/api/budgets'
import { defaultProject } from '@/lib/core/base/project'
import { type DaySpend, monthOf, utcDay } from '@/lib/core/base/utc-day'
import { alertThresholds } from '@/lib/core/money/alerts'
import { type BudgetPeriod, daysOf, periodAt, projected } from '@/lib/core/money/budgets'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { applySettings } from '@/lib/server/settings/settings'
import { queryCosts } from './query-costs'

/**
 * Days before the first that spent anything say nothing of the pace of a month, here as in the cost report.
 */
const allOfMonth = { scope: 'all', name: '', period: 'month' } as const

/** Caps and budgets of real money, and their use in the current UTC day and month. */
export async function readBudgets(app: App, signal?: AbortSignal): Promise<Budgets> {
  const { settings, now } = app
  const own = settings.budgets.filter(({ project }) => project === app.project)
  const { today, month, tokensToday, agentsToday } = await realCalendar(app)
  const asked = [allOfMonth, ...own].map((budget) => ({
    budget,
    over: app.project,
    ...daysOf(periodAt(budget.period, now())),
  }))
  const [ofMonth, ...used] = await queryCosts(app, 'budgets', { budgets: asked, simulated: false }, signal)
  const pace = (period: BudgetPeriod, nanoUsd: number, firstDay: string | null = null) => ({
    now: periodAt(period, now()),
    projectedNanoUsd: projected(period, nanoUsd, now(), firstDay)?.nanoUsd ?? null,
  })
  return {
    runCapNanoUsd: settings.runCapNanoUsd,
    day: { ...today, ...pace('day', today.spentNanoUsd + today.unsettledNanoUsd) },
    month: { ...month, ...pace('month', month.spentNanoUsd + month.unsettledNanoUsd, ofMonth?.firstDay) },
    tokensToday,
    agentsToday,
    budgets: own.map((budget, at) => ({
      ...budget,
      spentNanoUsd: used[at]?.nanoUsd ?? 0,
      reservedNanoUsd: null,
      ...pace(budget.period, used[at]?.nanoUsd ?? 0, used[at]?.firstDay),
    })),
    thresholds: [...alertThresholds],
    simulated: false,
    isSimulator: app.provider.simulated,
  }
}

/** Totals of real money for the day and the month; on the simulator none of it is in flight. */
async function realCalendar(app: App) {
  if (!app.provider.simulated && app === app.whole) return app.dispatcher.usage()
  const { settings, store, now } = app
  const day = utcDay(now())
  const days = await store.spentByDay(false)
  const sumOf = (holds: (one: DaySpend) => boolean, capNanoUsd: number | null) => ({
    spentNanoUsd: days.filter(holds).reduce((sum, one) => sum + one.spentNanoUsd, 0),
    unsettledNanoUsd: days.filter(holds).reduce((sum, one) => sum + one.unsettledNanoUsd, 0),
    reservedNanoUsd: 0,
    capNanoUsd,
  })
  const today = days.find((one) => one.day === day)
  return {
    today: sumOf((one) => one.day === day, settings.dayCapNanoUsd),
    month: sumOf((one) => monthOf(one.day) === monthOf(day), settings.monthCapNanoUsd),
    tokensToday: { used: today?.tokens ?? 0, reserved: 0, cap: settings.dayCapTokens },
    agentsToday: { used: today?.agents ?? 0, reserved: 0, cap: settings.dayCapAgents },
  }
}

/** Sets what is given. Caps are felt by the next turn; warnings are checked again. */
export async function changeBudgets(app: App, edit: z.output<typeof budgetsEditSchema>): Promise<Budgets> {
  const { settings } = app
  const { budgets: _, ...caps } = edit
  if (app.project !== defaultProject && Object.values(caps).some((cap) => cap !== undefined))
    throw new Refusal(
      'forbidden',
      'The caps are over all projects, and are set in Default. In a project its budgets are set.',
    )
  if (edit.runCapUsd !== undefined) settings.runCapNanoUsd = nanoUsd(edit.runCapUsd)
  if (edit.dayCapUsd !== undefined)
    settings.dayCapNanoUsd = edit.dayCapUsd === null ? null : nanoUsd(edit.dayCapUsd)
  if (edit.monthCapUsd !== undefined)
    settings.monthCapNanoUsd = edit.monthCapUsd === null ? null : nanoUsd(edit.monthCapUsd)
  if (edit.dayCapTokens !== undefined) settings.dayCapTokens = edit.dayCapTokens
  if (edit.dayCapAgents !== undefined) settings.dayCapAgents = edit.dayCapAgents
  if (edit.budgets !== undefined)
    settings.budgets = [
      ...settings.budgets.filter(({ project }) => project !== app.project),
      ...edit.budgets.map(({ usd, ...budget }) => ({
        ...budget,
        project: app.project,
        nanoUsd: nanoUsd(usd),
      })),
    ]
  await applySettings(app)
  return readBudgets(app)
}

function nanoUsd(usd: number): number {
  return Math.round(usd * 1e9)
}
