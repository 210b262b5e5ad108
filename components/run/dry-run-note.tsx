import { FlaskConical } from 'lucide-react'
import type { DryRun } from '@/lib/core/spec/run'
import { dryRunMeaning, faultsSentence } from '@/lib/view/run/dry-run'

type Props = {
  dryRun: DryRun
  ending: string | null
  /** Where the dollars and the time of the ending come from. */
  basis: string | null
}

/** Says that nothing here is paid, which faults are simulated, and at the end what it would have cost. */
export function DryRunNote({ dryRun, ending, basis }: Props) {
  const faults = faultsSentence(dryRun.faults)
  return (
    <p role="note" className="flex items-start gap-2 rounded-md bg-accent-soft px-3 py-2 text-sm">
      <FlaskConical aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-accent" />
      <span className="num min-w-0">
        {ending !== null && <span className="font-medium">{ending} </span>}
        <span className="text-ink-2">
          {dryRunMeaning}.{basis !== null && ` ${basis}`}
          {faults !== null && ending === null && ` Injected failures: ${faults}.`}
        </span>
      </span>
    </p>
  )
}
