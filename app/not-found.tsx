import { ButtonLink } from '@/components/ui/actions/button'
import { EmptyState } from '@/components/ui/states/empty-state'

export default function NotFound() {
  return (
    <EmptyState
      level="h1"
      title="Page not found"
      action={<ButtonLink href="/">Go to the overview</ButtonLink>}
    >
      The address may be wrong, or the page does not exist in this version.
    </EmptyState>
  )
}
