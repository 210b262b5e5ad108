'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { Button } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import { Ago } from '@/components/ui/elapsed'
import { ErrorNote } from '@/components/ui/messages'
import { PageLink } from '@/components/ui/page-link'
import { ScrollBox } from '@/components/ui/scroll-box'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import type { FoundImport, FoundImports } from '@/lib/api/imports/imports'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useClaudeRuns, useImportRun } from '@/lib/client/queries/import-queries'
import { formatCount, formatTokens, plural } from '@/lib/view/format/numbers'
import { importedWords, skippedWords, stateOfFound } from '@/lib/view/runs/import-words'

/** A column for which a phone has no room: there its words stand below the run's name. */
const wide = 'max-sm:hidden'

/** The workflow runs of Claude Code on this machine, to be imported one by one. */
export function ImportScreen() {
  const [from] = useQueryState('from', parseAsString.withDefault(''))
  const { data, error } = useClaudeRuns(from)
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-4 py-5 sm:px-6">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">Import from Claude Code</h1>
        <p className="max-w-3xl text-sm text-ink-2">
          Its workflow runs become runs here: with map, timeline and conversations, priced by their tokens,
          compared and forked. What they had cost counts against no cap or budget.
        </p>
      </div>
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data === undefined && error === null && <Loading label="Looking for runs…" />}
      {data !== undefined && <Found found={data} from={from} />}
    </div>
  )
}

function Found({ found, from }: { found: FoundImports; from: string }) {
  const { folder, runs, total, skipped } = found
  if (runs.length === 0)
    return (
      <div className="panel">
        <EmptyState title="No workflow runs found">
          {folder} holds none. Claude Code leaves them there once a workflow has been run.{' '}
          {skippedWords(skipped)}
        </EmptyState>
      </div>
    )
  return (
    <>
      <p className="text-sm text-ink-2">
        {folder}
        {total > runs.length && `: the newest ${formatCount(runs.length)} of ${formatCount(total)}`}
        {skipped.length > 0 && `. ${skippedWords(skipped)}`}
      </p>
      <ScrollBox label="Runs of Claude Code" className="panel overflow-x-auto">
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b text-left text-xs text-ink-2">
              <th scope="col" className="px-4 py-2 font-medium">
                Run
              </th>
              <th scope="col" className={cx(wide, 'px-3 py-2 font-medium')}>
                How it ended
              </th>
              <th scope="col" className={cx(wide, 'px-3 py-2 text-right font-medium')}>
                Agents
              </th>
              <th scope="col" className={cx(wide, 'px-3 py-2 text-right font-medium')}>
                Tokens
              </th>
              <th scope="col" className={cx(wide, 'px-3 py-2 text-right font-medium')}>
                When
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                <span className="sr-only">Import</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <Row key={`${run.session}/${run.run}`} run={run} from={from} />
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  )
}

function Row({ run, from }: { run: FoundImport; from: string }) {
  const { project, session, importedAs, hasChanged, problem } = run
  const act = useImportRun()
  const place = { project, session, run: run.run }
  const verb = hasChanged ? 'Import again' : 'Import'
  return (
    <tr className="border-b align-top last:border-b-0">
      <th scope="row" className="max-w-md px-4 py-2.5 text-left font-normal">
        <span dir="auto" className="font-medium [overflow-wrap:anywhere]">
          {importedAs === null ? run.name : <PageLink href={pages.run(importedAs)}>{run.name}</PageLink>}
        </span>
        <span dir="auto" className="block text-xs text-ink-3 [overflow-wrap:anywhere]">
          {project} · {run.run}
        </span>
        <span className="block text-xs text-ink-2 sm:hidden">
          {stateOfFound(run)} · {plural(run.agents, 'agent')} ·{' '}
          {run.tokens !== null && `${formatTokens(run.tokens)} tokens · `}
          <Ago at={run.at} />
        </span>
        {problem !== null && <span className="block text-xs text-failed">{problem}</span>}
        {hasChanged && (
          <span className="block text-xs text-ink-2">It has changed since it was imported.</span>
        )}
        {act.isSuccess && (
          <span role="status" className="block text-xs text-ink-2">
            {importedWords(act.data)} {act.data.forkProblem}
          </span>
        )}
        {act.error !== null && (
          <span role="alert" className="block text-xs text-failed">
            {problemOf(act.error).detail}
          </span>
        )}
      </th>
      <td className={cx(wide, 'px-3 py-2.5 text-ink-2')}>{stateOfFound(run)}</td>
      <td className={cx(wide, 'num px-3 py-2.5 text-right')}>{formatCount(run.agents)}</td>
      <td className={cx(wide, 'num px-3 py-2.5 text-right')}>
        {run.tokens === null ? <span className="text-ink-3">not told</span> : formatTokens(run.tokens)}
      </td>
      <td className={cx(wide, 'px-3 py-2.5 text-right text-ink-2')}>
        <Ago at={run.at} />
      </td>
      <td className="whitespace-nowrap px-4 py-2 text-right">
        {importedAs !== null && !hasChanged ? (
          <PageLink className="text-accent underline underline-offset-2" href={pages.run(importedAs)}>
            Imported
          </PageLink>
        ) : (
          <Button
            size="sm"
            aria-label={`${verb} ${run.name}`}
            disabled={act.isPending || problem !== null}
            onClick={() => act.mutate({ ...place, ...(from === '' ? {} : { from }) })}
          >
            {act.isPending ? 'Importing…' : verb}
          </Button>
        )}
      </td>
    </tr>
  )
}
