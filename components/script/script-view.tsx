'use client'

import { useMemo, useState } from 'react'
import type { EditorHandle } from '@/components/editor/editor-props'
import { SourceEditor } from '@/components/editor/source-editor'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { useRunSources } from '@/lib/client/queries/run-queries'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunState } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import { plural } from '@/lib/view/format/numbers'
import { marginOf, scriptCalls } from '@/lib/view/workflows/script-calls'
import { CallList } from './call-list'

/** The source that ran, with the agents of each call counted beside it. */
export function ScriptView() {
  const { id } = useLiveRun()
  const state = useRunState()
  const [url, setUrl] = useRunUrl()
  const [editor, setEditor] = useState<EditorHandle | null>(null)
  const scopes = new Set(state === null ? [] : [...state.agents.values()].map(({ scope }) => scope)).size
  const { data, error } = useRunSources(id, scopes)
  const sources = data?.sources ?? []
  const shown =
    sources.find(({ digest, scopes }) => digest === url.source && !scopes.includes('')) ?? sources[0]
  const calls = useMemo(
    () => (state === null || shown === undefined ? [] : scriptCalls(state, shown.scopes, shown.source)),
    [state, shown],
  )
  const written = JSON.stringify([...marginOf(calls)])
  // The same notes keep their map: the editor would otherwise rebuild its margin with every event of the run.
  const margin = useMemo(() => marginOf(calls), [written])
  if (error !== null && data === undefined)
    return <ErrorNote title="The script could not be fetched" detail={problemOf(error).detail} />
  if (shown === undefined) return <Loading label="Loading the script…" />
  const filter = (site: string) => void setUrl({ site: url.site === site ? null : site })
  const pressLine = (line: number) => {
    const found = calls.find((call) => call.line === line)
    if (found !== undefined) filter(`${found.scope}@${line}`)
  }
  return (
    <div className="flex h-full min-h-[62dvh] flex-col lg:min-h-0 lg:flex-row">
      <div className="flex min-h-80 min-w-0 flex-1 flex-col gap-2 p-3">
        <div className="flex flex-wrap items-center gap-2">
          <label htmlFor="run-source" id="run-source-label" className="text-sm font-medium">
            Source
          </label>
          <select
            id="run-source"
            value={shown.scopes.includes('') ? '' : (shown.digest ?? '')}
            onChange={(event) => void setUrl({ source: event.target.value || null })}
            className="h-8 max-w-full rounded-md border border-line-strong bg-surface px-2 text-sm"
          >
            {sources.map((source) => (
              <option key={source.scopes[0]} value={source.scopes.includes('') ? '' : (source.digest ?? '')}>
                {source.scopes.includes('')
                  ? `${source.name} (launched)`
                  : `${source.name} (called ${plural(source.scopes.length, 'time')})`}
              </option>
            ))}
          </select>
          <p className="text-xs text-ink-3">
            Highlighted lines created agents. Press a count to filter to them.
          </p>
        </div>
        <SourceEditor
          key={`${shown.scopes[0]}.${shown.digest}`}
          id="run-script"
          value={shown.source}
          problems={noProblems}
          labelledBy="run-source-label"
          isReadOnly
          margin={margin}
          onMargin={pressLine}
          onReady={setEditor}
          className="min-h-72 flex-1"
        />
      </div>
      <CallList
        calls={calls}
        selected={url.site}
        onSelect={filter}
        onShow={(call) => editor?.goTo(call.line, call.column)}
      />
    </div>
  )
}

const noProblems: readonly never[] = []
