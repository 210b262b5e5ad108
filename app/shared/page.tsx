import type { Metadata } from 'next'
import { SharedScreen } from '@/components/account/shared-screen'

export const metadata: Metadata = { title: 'Shared run' }

export default function SharedPage() {
  return <SharedScreen />
}
