'use client'

import { type ReactNode, useRef, useState } from 'react'
import { Dialog } from '@/components/ui/actions/dialog'
import type { ImportedFile } from '@/lib/api/workflows'
import { problemOf } from '@/lib/client/http/api'
import { useImport } from '@/lib/client/queries/workflow-queries'
import { ImportReportList } from './import-report'

/** Imports the chosen script files one by one and reports the outcome of each. */
export function ImportFiles({ children }: { children: (choose: () => void, isBusy: boolean) => ReactNode }) {
  const input = useRef<HTMLInputElement>(null)
  const { mutateAsync: importFile, isPending } = useImport()
  const [report, setReport] = useState<ImportedFile[] | null>(null)
  const take = async (chosen: readonly File[]) => {
    const files: ImportedFile[] = []
    for (const file of chosen) {
      try {
        files.push(...(await importFile({ source: await file.text(), fileName: file.name })).files)
      } catch (error) {
        const { detail, title } = problemOf(error)
        files.push({
          outcome: 'refused',
          fileName: file.name,
          problem: { message: detail || title, line: null, column: null },
        })
      }
    }
    if (files.length > 0) setReport(files)
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        accept=".js,.mjs,text/javascript"
        aria-label="Script files"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])]
          // Emptied, so the same file can be chosen again once it is mended.
          event.target.value = ''
          void take(chosen)
        }}
      />
      {children(() => input.current?.click(), isPending)}
      <Dialog title="Imported" isOpen={report !== null} onOpenChange={(isOpen) => !isOpen && setReport(null)}>
        <ImportReportList files={report ?? []} />
      </Dialog>
    </>
  )
}
