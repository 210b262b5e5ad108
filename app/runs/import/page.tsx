import type { Metadata } from 'next'
import { Suspense } from 'react'
import { ImportScreen } from '@/components/imports/import-screen'

export const metadata: Metadata = { title: 'Import from Claude Code' }

export default function ImportPage() {
  return (
    <Suspense>
      <ImportScreen />
    </Suspense>
  )
}
