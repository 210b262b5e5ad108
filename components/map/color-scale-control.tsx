'use client'

import { cx } from '@/components/ui/class-names'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useRunView } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import {
  type ColorBy,
  colorByLabels,
  colorByOptions,
  colorScaleAlpha,
  colorScaleSteps,
  type Measure,
  topOf,
  weightText,
} from '@/lib/view/agent/color-scale'

/** By what the cells are coloured, and what the scale means. */
export function ColorScaleControl() {
  const [{ colorBy }, setUrl] = useRunUrl()
  return (
    <fieldset className="w-fit flex flex-col items-end gap-1.5 rounded-md border bg-raised p-1 text-xs">
      <legend className="sr-only">Colour the agents by</legend>
      <div className="flex gap-0.5">
        {colorByOptions.map((name: ColorBy) => (
          <button
            key={name}
            type="button"
            aria-pressed={colorBy === name}
            onClick={() => void setUrl({ colorBy: name })}
            className={cx(
              'h-6 rounded-sm px-2 transition-colors hover:bg-hover hover:text-ink',
              colorBy === name ? 'bg-hover font-medium text-ink' : 'text-ink-2',
            )}
          >
            {colorByLabels[name]}
          </button>
        ))}
      </div>
      {colorBy !== 'state' && <Ramp measure={colorBy} />}
    </fieldset>
  )
}

function Ramp({ measure }: { measure: Measure }) {
  const money = useMoney()
  // To the second: the top of a scale of times grows while agents work.
  const top = useRunView((view) =>
    view.state === null ? 0 : topOf(view.state, measure, Math.floor(Date.now() / 1000) * 1000),
  )
  return (
    <div className="num flex items-center gap-1.5 px-1.5 pb-0.5 text-2xs text-ink-3">
      0
      <span aria-hidden="true" className="flex overflow-hidden rounded-sm">
        {Array.from({ length: colorScaleSteps }, (_, step) => (
          <span key={step} className="h-2 w-3.5 bg-accent" style={{ opacity: colorScaleAlpha(step + 1) }} />
        ))}
      </span>
      {money(weightText(top, measure))}
    </div>
  )
}
