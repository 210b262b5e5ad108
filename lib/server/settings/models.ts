import type { LimitsReport, Models } from '@/lib/api/models'
import { knownModels, learnModels, modelAliases, modelRules } from '@/lib/core/money/models'
import { findPrice } from '@/lib/core/money/pricing'
import { hasFastUntil, learnRetirements, retirementNote } from '@/lib/core/money/retirements'
import type { Provider } from '@/lib/core/ports/ports'
import type { App } from '@/lib/server/app/app'

/** Longest the provider may take to say what it has; without its answer the list says so and stands. */
const ASK_MS = 3_000

/**
 * Asks the provider for its models and keeps what it says of their limits, capabilities and ends: a model that
 * appeared since this version gets what it can do. A provider that does not answer leaves what is known.
 */
export async function learnListedModels(provider: Pick<Provider, 'models'>): Promise<void> {
  const models = await provider.models(AbortSignal.timeout(ASK_MS)).catch(() => null)
  if (models === null || models.length === 0) return
  learnModels(models)
  learnRetirements(
    models.filter(({ retiresAt }) => retiresAt === null || !Number.isNaN(Date.parse(retiresAt))),
  )
}

/** Every model that can be asked for, beside what the provider lists today. */
export async function listModels(app: App): Promise<Models> {
  const at = new Date(app.now()).toISOString()
  const listed = await app.provider
    .models(AbortSignal.timeout(ASK_MS))
    .then((models) => models.map(({ id }) => id))
    .catch(() => null)
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
