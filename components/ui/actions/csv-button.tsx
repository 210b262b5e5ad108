'use client'

import { Download } from 'lucide-react'
import { saveFile } from '@/lib/client/http/save-file'
import { Button } from './button'

/** Saves what is shown as a file for a spreadsheet. */
export function CsvButton({ label, name, text }: { label: string; name: string; text: () => string }) {
  return (
    <Button size="sm" aria-label={label} onClick={() => saveFile(name, text(), 'text/csv;charset=utf-8')}>
      <Download aria-hidden="true" className="size-4" />
    </Button>
  )
}
