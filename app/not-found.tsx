import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/messages'

export default function NotFound() {
  return (
    <EmptyState title="There is no such page" action={<ButtonLink href="/">Go to the overview</ButtonLink>}>
      The address may be mistyped, or the page may not exist in this version.
    </EmptyState>
  )
}
