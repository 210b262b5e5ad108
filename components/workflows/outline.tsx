import type { WorkflowCheck } from '@/lib/api/workflows'
import { plural } from '@/lib/view/format/numbers'
import { callsByPhase } from '@/lib/view/workflows/workflow-view'

type Props = {
  check: Pick<WorkflowCheck, 'meta' | 'calls'> | undefined
  onGoTo: (line: number, column: number) => void
}

/** What a script says of itself and which agents it calls; a click leads to the line. */
export function Outline({ check, onGoTo }: Props) {
  const meta = check?.meta ?? null
  if (meta === null) return <p className="text-xs text-ink-3">The outline appears once the script parses.</p>
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="break-words text-sm font-semibold">{meta.name}</p>
        <p className="break-words text-xs text-ink-2">{meta.description}</p>
      </div>
      {meta.phases.length > 0 && (
        <section aria-label="Phases">
          <h2 className="eyebrow">Phases</h2>
          <ol className="mt-1 flex flex-col gap-1">
            {meta.phases.map(({ title, detail }, at) => (
              <li key={`${at}.${title}`} className="text-xs">
                <span className="font-medium">{title}</span>
                {detail !== null && <span className="text-ink-3"> · {detail}</span>}
              </li>
            ))}
          </ol>
        </section>
      )}
      <section aria-label="Agents">
        <h2 className="eyebrow">{plural(check?.calls.length ?? 0, 'agent call')}</h2>
        {callsByPhase(check?.calls ?? []).map(({ phase, calls }) => (
          <div key={phase ?? ''} className="mt-1.5">
            {phase !== null && <p className="text-2xs text-ink-3">{phase}</p>}
            <ul>
              {calls.map(({ line, column, label, multiplicity, model, hasSchema }) => (
                <li key={`${line}:${column}`}>
                  <button
                    type="button"
                    onClick={() => onGoTo(line, column)}
                    className="flex w-full items-baseline gap-2 rounded-sm px-1 py-0.5 text-left text-xs hover:bg-hover"
                  >
                    <span className="num w-8 shrink-0 text-right text-ink-3">
                      <span className="sr-only">Line </span>
                      {line}
                    </span>
                    <span className="min-w-0 flex-1 truncate">{label ?? 'agent'}</span>
                    <span className="shrink-0 text-2xs text-ink-3">
                      {[multiplicity === 'many' ? 'many' : null, hasSchema ? 'schema' : null, model]
                        .filter(Boolean)
                        .join(' · ')}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </section>
    </div>
  )
}
