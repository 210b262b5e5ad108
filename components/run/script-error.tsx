'use client'

import { GitFork } from 'lucide-react'
import { ButtonLink } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { ScrollBox } from '@/components/ui/scroll-box'
import { useMoney } from '@/lib/client/hooks/money-context'
import { pages } from '@/lib/client/http/pages'
import { useRunSources } from '@/lib/client/queries/run-queries'
import type { RunError } from '@/lib/core/spec/run'
import { placeOf } from '@/lib/view/launch/field-errors'
import { codeFrame } from '@/lib/view/run/code-frame'

/** What the script itself did wrong, where, and the way to mend it without paying for its answers again. */
export function ScriptError({ runId, error }: { runId: string; error: RunError }) {
  const money = useMoney()
  const { data } = useRunSources(runId, 0)
  const launched = data?.sources.find(({ scopes }) => scopes.includes(''))
  const frame = error.line === null || launched === undefined ? [] : codeFrame(launched.source, error.line)
  const place = placeOf({
    ...(error.line === null ? {} : { line: error.line }),
    ...(error.column === null ? {} : { column: error.column }),
  })
  return (
    <section aria-label="Error of the script" className="flex flex-col gap-2">
      <ErrorNote
        title={place === null ? 'The script failed' : `The script failed at ${place}`}
        detail={money(error.message)}
        action={
          <ButtonLink href={pages.fork(runId)}>
            <GitFork aria-hidden="true" className="size-3.5" />
            Fix in a fork
          </ButtonLink>
        }
      />
      {frame.length > 0 && (
        <ScrollBox
          label="The line of the error"
          className="overflow-x-auto rounded-md border bg-sunken py-1.5"
        >
          <pre className="w-max min-w-full font-mono text-xs leading-5">
            {frame.map(({ line, text, isMarked }) => (
              <span key={line} className={isMarked ? 'block bg-failed/15 font-semibold' : 'block text-ink-2'}>
                <span className="inline-block w-12 select-none pr-3 text-right text-ink-3">{line}</span>
                {text}
                {'\n'}
                {isMarked && error.column !== null && (
                  <span aria-hidden="true" className="block text-failed">
                    <span className="inline-block w-12" />
                    {`${' '.repeat(Math.max(0, error.column - 1))}^\n`}
                  </span>
                )}
              </span>
            ))}
          </pre>
        </ScrollBox>
      )}
    </section>
  )
}
