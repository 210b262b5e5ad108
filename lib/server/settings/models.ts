import type { LimitsReport, Models } from '@/lib/api/models'
import { knownModels, modelAliases, modelRules } from '@/lib/core/money/models'
import { findPrice } from '@/lib/core/money/pricing'
import { hasFastUntil, retirementNote } from '@/lib/core/money/retirements'
import type { App } from '@/lib/server/app/app'
import { listedModels } from '@/lib/server/app/listed-models'

/** Every model that can be asked for, beside what the provider lists today. */
export async function listModels(app: App): Promise<Models> {
  const at = new Date(app.now()).toISOString()
  const listed = (await listedModels(app.provider, app.clock.awake.now()))?.map(({ id }) => id) ?? null
  const ids = [...new Set([...knownModels, ...(listed ?? [])])]
  return {
    models: ids.map((id) => ({
      id,
      alias: Object.keys(modelAliases).find((alias) => modelAliases[alias] === id) ?? null,
      priced: findPrice(app.prices.list(), id, at) !== null,
      fast: modelRules(id).fast !== 'none' && hasFastUntil(id, at.slice(0, 10)),
      maxOutputTokens: modelRules(id).maxOutputTokens,
      retirement: retirementNote(id, 'standard', at.slice(0, 10)),
      listed: listed === null ? null : listed.includes(id),
    })),
    defaultModel: app.settings.defaultModel,
  }
}

/** What is free right now: slots, the day's money, the provider's own limits. */
export async function readLimits(app: App): Promise<LimitsReport> {
  const { slots, today, month, headroom } = await app.overview.read()
  return { slots, today, month, headroom }
}
