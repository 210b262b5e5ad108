import type { Metadata } from 'next'
import { Suspense } from 'react'
import { NewScreen } from '@/components/workflows/new-screen'

export const metadata: Metadata = { title: 'New workflow' }

export default function NewWorkflowPage() {
  return (
    <Suspense>
      <NewScreen />
    </Suspense>
  )
}
