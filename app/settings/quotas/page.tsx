import type { Metadata } from 'next'
import { QuotasScreen } from '@/components/settings/quotas-screen'

export const metadata: Metadata = { title: 'Quotas' }

export default function QuotasPage() {
  return <QuotasScreen />
}
