'use client'

import { Panel } from '@xyflow/react'
import { cx } from '@/components/ui/class-names'
import { useMoney } from '@/lib/client/money-context'
import { useRunView } from '@/lib/client/use-run'
import { useRunUrl } from '@/lib/client/use-run-url'
import {
  type Measure,
  type Shade,
  shadeAlpha,
  shadeLabels,
  shadeSteps,
  shades,
  topOf,
  weightText,
} from '@/lib/view/shade'

/** By what the cells are shaded, and what the ramp means. */
export function ShadeControl() {
  const [{ shade }, setUrl] = useRunUrl()
  return (
    <Panel position="bottom-right" className="!m-3 max-sm:!mb-12">
      <fieldset className="flex flex-col items-end gap-1.5 rounded-md border bg-raised p-1 text-xs">
        <legend className="sr-only">Shade the agents by</legend>
        <div className="flex gap-0.5">
          {shades.map((name: Shade) => (
            <button
              key={name}
              type="button"
              aria-pressed={shade === name}
              onClick={() => void setUrl({ shade: name })}
              className={cx(
                'h-6 rounded-sm px-2 transition-colors hover:bg-hover hover:text-ink',
                shade === name ? 'bg-hover font-medium text-ink' : 'text-ink-2',
              )}
            >
              {shadeLabels[name]}
            </button>
          ))}
        </div>
        {shade !== 'state' && <Ramp measure={shade} />}
      </fieldset>
    </Panel>
  )
}

function Ramp({ measure }: { measure: Measure }) {
  const money = useMoney()
  // To the second: the top of a ramp of times grows while agents work.
  const top = useRunView((view) =>
    view.state === null ? 0 : topOf(view.state, measure, Math.floor(Date.now() / 1000) * 1000),
  )
  return (
    <div className="num flex items-center gap-1.5 px-1.5 pb-0.5 text-2xs text-ink-3">
      0
      <span aria-hidden="true" className="flex overflow-hidden rounded-sm">
        {Array.from({ length: shadeSteps }, (_, step) => (
          <span key={step} className="h-2 w-3.5 bg-accent" style={{ opacity: shadeAlpha(step + 1) }} />
        ))}
      </span>
      {money(weightText(top, measure))}
    </div>
  )
}
