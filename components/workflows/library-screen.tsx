'use client'

import { FolderInput, Plus } from 'lucide-react'
import { parseAsString, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { DropZone } from '@/components/ui/drop-zone'
import { Input, Select } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { PageTabs } from '@/components/ui/page-tabs'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { useMediaQuery } from '@/lib/client/hooks/use-media-query'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useLibrary } from '@/lib/client/queries/workflow-queries'
import { nextOrder, orderText, parseOrder } from '@/lib/view/format/order'
import {
  filterWorkflows,
  isOwn,
  largestInLibrary,
  libraryLabels,
  libraryOrders,
  originLabels,
  sortWorkflows,
} from '@/lib/view/workflows/workflow-view'
import { DeletedList } from './deleted-list'
import { ImportButton } from './import-files'
import { ImportFolder } from './import-folder'
import { LibraryCards, LibraryTable } from './library-table'
import { useImportFiles } from './use-import-files'
import { workflowTabs } from './workflow-tabs'

const parsers = {
  origin: parseAsString.withDefault(''),
  q: parseAsString.withDefault(''),
  sort: parseAsString.withDefault(''),
}
const usualOrder = { column: 'name', descends: false } as const
const origins = ['built-in', 'saved', 'imported'] as const

/**
 * Every workflow: what ships, what was written here, what was imported. Filter and search live in the
 * address.
 */
export function LibraryScreen() {
  const [url, setUrl] = useQueryStates(parsers, { history: 'replace' })
  const [isImporting, setImporting] = useState(false)
  const { data, error } = useLibrary()
  const { take, isBusy, report } = useImportFiles()
  const isNarrow = useMediaQuery('(max-width: 639px)')
  const order = parseOrder(url.sort, libraryOrders) ?? usualOrder
  const shown = sortWorkflows(filterWorkflows(data ?? [], url), order)
  const isFiltered = url.origin !== '' || url.q !== ''
  const hasOwn = (data ?? []).some(isOwn)
  const add = (
    <>
      <ImportButton isBusy={isBusy} onFiles={(files) => void take(files)} />
      <Button onClick={() => setImporting(true)}>
        <FolderInput aria-hidden="true" className="size-3.5" />
        Import from workspace
      </Button>
      <ButtonLink href={pages.newWorkflow()} variant="primary">
        <Plus aria-hidden="true" className="size-3.5" />
        New
      </ButtonLink>
    </>
  )
  return (
    <DropZone words="Drop scripts to import them" onFiles={(files) => void take(files)}>
      <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-4 py-5 sm:px-6">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h1 className="text-xl font-semibold tracking-tight">Workflows</h1>
          <div className="flex flex-wrap gap-2">{add}</div>
        </div>
        <PageTabs label="Workflows" tabs={workflowTabs} />
        <search className="flex flex-wrap gap-2">
          <div className="w-44">
            <Select
              aria-label="Origin"
              value={url.origin}
              onChange={(event) => void setUrl({ origin: event.target.value || null })}
            >
              <option value="">Any origin</option>
              {origins.map((origin) => (
                <option key={origin} value={origin}>
                  {originLabels[origin]}
                </option>
              ))}
            </Select>
          </div>
          <Input
            type="search"
            aria-label="Search workflows"
            placeholder="Search names and descriptions"
            value={url.q}
            onChange={(event) => void setUrl({ q: event.target.value || null })}
            className="max-w-72"
          />
          {isNarrow && (
            <div className="w-44">
              <Select
                aria-label="Sort by"
                value={url.sort}
                onChange={(event) => void setUrl({ sort: event.target.value || null })}
              >
                <option value="">Name</option>
                {libraryOrders
                  .filter((column) => column !== 'name')
                  .map((column) => (
                    <option
                      key={column}
                      value={orderText({ column, descends: largestInLibrary.has(column) }) ?? ''}
                    >
                      {libraryLabels[column]}
                    </option>
                  ))}
              </Select>
            </div>
          )}
        </search>
        {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
        {data === undefined && error === null && <Loading label="Loading the library…" />}
        {shown.length > 0 && isNarrow && <LibraryCards workflows={shown} />}
        {shown.length > 0 && !isNarrow && (
          <LibraryTable
            workflows={shown}
            order={order}
            onSort={(column) => void setUrl({ sort: orderText(nextOrder(order, column, largestInLibrary)) })}
          />
        )}
        {data !== undefined && shown.length === 0 && isFiltered && hasOwn && (
          <div className="panel">
            <EmptyState title="No workflow matches">Change the filter or the search.</EmptyState>
          </div>
        )}
        {data !== undefined && !hasOwn && <Teaching />}
        <DeletedList />
        <ImportFolder isOpen={isImporting} onOpenChange={setImporting} />
        {report}
      </div>
    </DropZone>
  )
}

/** Shown until there is a workflow of one's own. */
function Teaching() {
  return (
    <div className="panel">
      <EmptyState
        title="No workflow of your own yet"
        action={
          <ButtonLink href={pages.newWorkflow()} variant="primary">
            Write the first one
          </ButtonLink>
        }
      >
        A workflow is plain JavaScript that calls <code className="font-mono text-xs">agent()</code>. Start
        from an example, duplicate a built-in workflow, or import the{' '}
        <code className="font-mono text-xs">.claude/workflows</code> of a folder. Every save creates a version
        you can compare and restore.
      </EmptyState>
    </div>
  )
}
