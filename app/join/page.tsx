import type { Metadata } from 'next'
import { Suspense } from 'react'
import { JoinScreen } from '@/components/join/join-screen'

export const metadata: Metadata = { title: 'Join' }

export default function JoinPage() {
  return (
    <Suspense>
      <JoinScreen />
    </Suspense>
  )
}
