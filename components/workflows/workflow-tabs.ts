import { pages } from '@/lib/client/http/pages'

/** Where workflows and their schedules stand beside each other. */
export const workflowTabs = [
  { href: pages.workflows, label: 'Library' },
  { href: pages.schedules, label: 'Schedules' },
]
