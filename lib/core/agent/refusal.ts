import { z } from 'zod'

/** Why a model declined: the policy area that the API names, null where it names none. */
export const refusalSchema = z.object({ category: z.string().nullable() })
export type Refusal = z.infer<typeof refusalSchema>

/** A refusal that does not say why. */
export const unexplained: Refusal = { category: null }

/** A model that declined, in words. */
export function refusalWords(model: string, { category }: Refusal): string {
  return `${model} declined to answer${category === null ? '' : ` (category: ${category})`}.`
}
