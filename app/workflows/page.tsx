import type { Metadata } from 'next'
import { Suspense } from 'react'
import { LibraryScreen } from '@/components/workflows/library-screen'

export const metadata: Metadata = { title: 'Workflows' }

export default function WorkflowsPage() {
  return (
    <Suspense>
      <LibraryScreen />
    </Suspense>
  )
}
