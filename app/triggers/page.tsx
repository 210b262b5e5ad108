import type { Metadata } from 'next'
import { TriggersScreen } from '@/components/triggers/triggers-screen'

export const metadata: Metadata = { title: 'Triggers' }

export default function TriggersPage() {
  return <TriggersScreen />
}
