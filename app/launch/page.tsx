import type { Metadata } from 'next'
import { Suspense } from 'react'
import { LaunchScreen } from '@/components/launch/launch-screen'

export const metadata: Metadata = { title: 'Launch' }

export default function LaunchPage() {
  return (
    <Suspense>
      <LaunchScreen />
    </Suspense>
  )
}
