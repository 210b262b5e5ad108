import { pages } from '@/lib/client/http/pages'

/** Where workflows, their schedules and triggers stand beside each other. */
export const workflowTabs = [
  { href: pages.workflows, label: 'Library' },
  { href: pages.schedules, label: 'Schedules' },
  { href: pages.triggers, label: 'Triggers' },
]
