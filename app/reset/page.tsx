import type { Metadata } from 'next'
import { ResetScreen } from '@/components/account/reset-screen'

export const metadata: Metadata = { title: 'New password' }

export default function ResetPage() {
  return <ResetScreen />
}
