import { PageLink } from '@/components/ui/page-link'
import { StatusIcon } from '@/components/ui/status-icon'
import type { ImportedFile } from '@/lib/api/workflows'
import { pages } from '@/lib/client/http/pages'
import { assertNever } from '@/lib/core/base/assert-never'
import { problemText } from '@/lib/view/workflows/workflow-view'

/** The outcome of each file; refused ones with the reason and the place. */
export function ImportReportList({ files }: { files: readonly ImportedFile[] }) {
  return (
    <ul aria-label="Imported files" className="flex flex-col divide-y divide-line">
      {files.map((file) => (
        <li key={file.fileName} className="flex items-start gap-2 py-2 text-sm">
          <StatusIcon icon={file.outcome === 'refused' ? 'failed' : 'succeeded'} className="mt-0.5" />
          <div className="min-w-0">
            {file.outcome === 'refused' ? (
              <span className="break-all font-medium">{file.fileName}</span>
            ) : (
              <PageLink href={pages.workflow(file.name)} className="break-words font-medium hover:underline">
                {file.name}
              </PageLink>
            )}
            <p className="break-words text-xs text-ink-2">{outcomeText(file)}</p>
          </div>
        </li>
      ))}
    </ul>
  )
}

function outcomeText(file: ImportedFile): string {
  switch (file.outcome) {
    case 'imported':
      return `Imported from ${file.fileName}`
    case 'updated':
      return `Changed: now version ${file.version}`
    case 'unchanged':
      return 'Unchanged: the library has it already'
    case 'refused':
      return problemText(file.problem)
    default:
      return assertNever(file)
  }
}
