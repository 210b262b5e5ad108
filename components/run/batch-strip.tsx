import { Layers } from 'lucide-react'
import { Ago } from '@/components/ui/elapsed'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { Batch } from '@/lib/core/spec/batch'
import { batchSentence } from '@/lib/view/run/batch-view'

/** Batches at the provider: since when, how far they are, and their ids there. */
export function BatchStrip({ batches }: { batches: readonly Batch[] }) {
  const money = useMoney()
  return (
    <ul aria-label="Batches in progress" className="flex max-h-32 flex-col gap-1 overflow-y-auto">
      {batches.map((batch) => (
        <li key={batch.batchId} className="flex items-start gap-2 rounded-md bg-sunken px-3 py-1.5 text-sm">
          <Layers aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-ink-2" />
          <span className="min-w-0">
            <span className="font-medium">
              Batch {batch.batchId.slice(1)}
              {batch.phase !== null && ` of ${batch.phase}`}
            </span>
            {': '}
            <span className="num text-ink-2">{money(batchSentence(batch))}</span>{' '}
            <span className="text-xs text-ink-3">
              Since <Ago at={batch.submittedAt ?? batch.preparedAt} />
              {batch.providerBatchId !== null && (
                <>
                  {' · '}
                  <span className="break-all font-mono">{batch.providerBatchId}</span>
                </>
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}
