import type { Metadata } from 'next'
import { Suspense } from 'react'
import { WorkflowScreen } from '@/components/workflows/workflow-screen'

type Props = { params: Promise<{ name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decoded((await params).name) }
}

export default async function WorkflowPage({ params }: Props) {
  const name = decoded((await params).name)
  return (
    <Suspense>
      <WorkflowScreen key={name} name={name} />
    </Suspense>
  )
}

/** Next hands over the part of the address as it was written; what was not written by us stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    if (error instanceof URIError) return part
    throw error
  }
}
