import type { Metadata } from 'next'
import { SchedulesScreen } from '@/components/schedules/schedules-screen'

export const metadata: Metadata = { title: 'Schedules' }

export default function SchedulesPage() {
  return <SchedulesScreen />
}
