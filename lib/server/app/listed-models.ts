import { learnModels } from '@/lib/core/money/models'
import { learnRetirements } from '@/lib/core/money/retirements'
import type { ModelInfo, Provider } from '@/lib/core/ports/ports'

/** Longest the provider may take to list its models; without its answer the known list is used. */
const ASK_MS = 3_000

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
