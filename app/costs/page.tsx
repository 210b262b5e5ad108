import type { Metadata } from 'next'
import { Suspense } from 'react'
import { CostsScreen } from '@/components/costs/costs-screen'

export const metadata: Metadata = { title: 'Costs' }

export default function CostsPage() {
  return (
    <Suspense>
      <CostsScreen />
    </Suspense>
  )
}
