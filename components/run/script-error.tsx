import { ErrorNote } from '@/components/ui/messages'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { RunError } from '@/lib/core/spec/run'
import { placeOf } from '@/lib/view/launch/field-errors'

/** What the script itself did wrong, and where. */
export function ScriptError({ error }: { error: RunError }) {
  const money = useMoney()
  const place = placeOf({
    ...(error.line === null ? {} : { line: error.line }),
    ...(error.column === null ? {} : { column: error.column }),
  })
  return (
    <ErrorNote
      title={place === null ? 'The script failed' : `The script failed at ${place}`}
      detail={money(error.message)}
    />
  )
}
