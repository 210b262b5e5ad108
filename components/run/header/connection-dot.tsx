import type { Connection } from '@/lib/client/run/run-view'
import { assertNever } from '@/lib/core/base/assert-never'

/** Whether what is shown is current. */
export function ConnectionDot({ connection }: { connection: Connection }) {
  const { word, dot } = connectionDisplay(connection)
  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-xs text-ink-3">
      <span aria-hidden="true" className={`size-1.5 rounded-full ${dot}`} />
      {word}
    </span>
  )
}

function connectionDisplay(connection: Connection): { word: string; dot: string } {
  switch (connection.status) {
    case 'connecting':
      return { word: 'Connecting', dot: 'border border-control' }
    case 'live':
      return { word: 'Live', dot: 'bg-succeeded' }
    case 'reconnecting':
      return { word: `Reconnecting, attempt ${connection.attempt}`, dot: 'bg-waiting animate-breathe' }
    case 'ended':
      return { word: 'Saved', dot: 'bg-control' }
    case 'refused':
      return { word: connection.title, dot: 'bg-failed' }
    default:
      return assertNever(connection)
  }
}
