import type { RunSummary } from '@/lib/api/first/run-list'
import type { Ticks } from './use-ticks'

const box = 'size-4 accent-accent align-middle'

export function TickAll({ ticks: { ids, chosen, tickAll } }: { ticks: Ticks }) {
  const here = ids.filter((id) => chosen.includes(id)).length
  return (
    <input
      type="checkbox"
      className={box}
      aria-label="Select every run of this page"
      checked={here === ids.length}
      ref={(input) => {
        if (input !== null) input.indeterminate = here > 0 && here < ids.length
      }}
      onChange={tickAll}
    />
  )
}

export function TickRun({ ticks: { chosen, tick }, run }: { ticks: Ticks; run: RunSummary }) {
  return (
    <input
      type="checkbox"
      className={box}
      aria-label={`Select ${run.title}`}
      checked={chosen.includes(run.id)}
      onChange={(event) => tick(run.id, event.target.checked, isShiftHeld(event.nativeEvent))}
    />
  )
}

/** A tick is a click, by mouse or by key, and its event knows the keys that were held. */
function isShiftHeld(event: Event): boolean {
  return event instanceof MouseEvent && event.shiftKey
}
