'use client'

import { type ReactNode, useState } from 'react'
import { Dialog } from '@/components/ui/actions/dialog'
import type { ImportedFile } from '@/lib/api/workflows'
import { problemOf } from '@/lib/client/http/api'
import { useImport } from '@/lib/client/queries/workflow-queries'
import { ImportReportList } from './import-report'

/** Imports script files one by one; `report` is a dialog that says what became of each. */
export function useImportFiles(): {
  take: (files: readonly File[]) => Promise<void>
  isBusy: boolean
  report: ReactNode
} {
  const { mutateAsync: importFile, isPending } = useImport()
  const [imported, setImported] = useState<ImportedFile[] | null>(null)
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
    if (files.length > 0) setImported(files)
  }
  const report = (
    <Dialog
      title="Imported"
      isOpen={imported !== null}
      onOpenChange={(isOpen) => !isOpen && setImported(null)}
    >
      <ImportReportList files={imported ?? []} />
    </Dialog>
  )
  return { take, isBusy: isPending, report }
}
