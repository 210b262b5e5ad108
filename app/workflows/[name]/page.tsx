import type { Metadata } from 'next'
import { Suspense } from 'react'
import { WorkflowScreen } from '@/components/workflows/workflow-screen'

type Props = { params: Promise<{ name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) }
}

export default async function WorkflowPage({ params }: Props) {
  // Next hands over the part of the address as it was written.
  const name = decodeURIComponent((await params).name)
  return (
    <Suspense>
      <WorkflowScreen key={name} name={name} />
    </Suspense>
  )
}
