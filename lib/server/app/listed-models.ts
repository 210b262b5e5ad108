import { learnModels } from '@/lib/core/money/models'
import { learnRetirements } from '@/lib/core/money/retirements'
import type { ModelInfo, Provider } from '@/lib/core/ports/ports'

/** Longest the provider may take to list its models; without its answer the known list is used. */
const ASK_MS = 3_000

/** How long an answer of the provider is taken for what it lists now, and how long it is not asked again after none. */
const KEPT_MS = 5 * 60_000
const KEPT_SILENCE_MS = 30_000

type Listing = { models: ModelInfo[] | null; untilMs: number }

/** What each provider listed last, and the question that is under way. */
const listings = new WeakMap<object, { last: Listing | null; asked: Promise<Listing> | null }>()

/**
 * The models that a provider lists, as it said in the last minutes; null where it did not answer. An older answer is
 * given while it is asked anew, so nobody waits for it but the first.
 */
export async function listedModels(
  provider: Pick<Provider, 'models' | 'simulated'>,
  nowMs: number,
): Promise<ModelInfo[] | null> {
  const listing = listings.get(provider) ?? { last: null, asked: null }
  listings.set(provider, listing)
  const { last } = listing
  if (last !== null && nowMs < last.untilMs) return last.models
  listing.asked ??= learnListedModels(provider)
    .then((models) => {
      // One that is silent for once still lists what it listed.
      const known = models ?? last?.models ?? null
      listing.last = { models: known, untilMs: nowMs + (models === null ? KEPT_SILENCE_MS : KEPT_MS) }
      return listing.last
    })
    .finally(() => {
      listing.asked = null
    })
  return last?.models ?? (await listing.asked).models
}

/**
 * Asks the provider for its models and keeps what it says of their limits, capabilities and ends: a model that
 * appeared since this version gets what it can do. Gives the list; null where the provider did not answer,
 * which leaves what is known.
 */
export async function learnListedModels(
  provider: Pick<Provider, 'models' | 'simulated'>,
): Promise<ModelInfo[] | null> {
  const models = await provider.models(AbortSignal.timeout(ASK_MS)).catch(() => null)
  // What the simulator lists is this version's own knowledge.
  if (models === null || models.length === 0 || provider.simulated) return models
  learnModels(models)
  learnRetirements(models)
  return models
}
