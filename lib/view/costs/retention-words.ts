import type { RetentionPreview } from '@/lib/api/retention'
import { sizeWords } from '@/lib/core/base/size-words'
import type { RunKind } from '@/lib/core/spec/run-status'

/** What a rule is about. */
export const kindWords: Readonly<Record<RunKind | 'any', string>> = {
  any: 'All runs',
  real: 'Runs that cost money',
  simulated: 'Runs on the simulator',
  'dry-run': 'Dry runs',
  imported: 'Imported runs',
}

const counted = (count: number, one: string) =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`

/** What would be deleted, in a sentence; what is old enough and stays, in another. */
export function previewWords({ runs, bytes, isEstimated, deliveries, kept }: RetentionPreview): string {
  const parts = [
    ...(runs === 0 ? [] : [`${counted(runs, 'run')}, ${isEstimated ? 'about ' : ''}${sizeWords(bytes)}`]),
    ...(deliveries === 0 ? [] : [counted(deliveries, 'delivery').replace(/ys$/, 'ies')]),
  ]
  const whys = [
    ...(kept.tag === 0 ? [] : [`${kept.tag} tagged keep or pinned`]),
    ...(kept.shared === 0 ? [] : [`${kept.shared} shared by a link`]),
    ...(kept.origin === 0 ? [] : [`${kept.origin} that a run at work begins with`]),
  ]
  const stay = whys.length === 0 ? '' : ` Old enough, and kept: ${whys.join(', ')}.`
  return parts.length === 0
    ? `Nothing would be deleted now.${stay}`
    : `Would delete now: ${parts.join(', and ')}.${stay}`
}
