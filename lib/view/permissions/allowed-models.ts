import type { Settings } from '@/lib/api/settings'

/** The models that a launch may name, as its fields offer them. */
export function allowedModels(settings: Settings | undefined): Settings['models'] {
  if (settings === undefined) return []
  const { models, allowedModels: allowed } = settings
  return allowed === null ? models : models.filter(({ id }) => allowed.includes(id))
}
