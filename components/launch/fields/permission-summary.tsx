import { ShieldQuestion } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { PermissionLine } from '@/components/ui/permission-line'
import { isLeast, readPermissions } from '@/lib/view/permissions/permission-form'
import type { PermissionProposal } from '@/lib/view/permissions/permission-proposals'
import type { PermissionRefusals } from '@/lib/view/permissions/permission-refusals'
import type { FormProps } from './form-props'

type Props = Pick<FormProps, 'form' | 'edit'> & {
  proposals: readonly PermissionProposal[]
  refusals: PermissionRefusals
  onOpen: () => void
}

/** What agents may do, always in sight where it is more than reading; and what the script seems to need. */
export function PermissionSummary({ form, edit, proposals, refusals, onOpen }: Props) {
  const hasWorkspace = form.workspace.trim() !== ''
  const read = readPermissions(form.permissions, hasWorkspace)
  const permissions = read.ok ? (read.permissions ?? null) : null
  const open = proposals.filter(
    ({ permission }) => hasWorkspace || permission === 'web' || permission === 'mcp',
  )
  if (open.length === 0 && (permissions === null || isLeast(permissions))) return null
  return (
    <div className="flex flex-col gap-2">
      {permissions !== null && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-2">
          <PermissionLine permissions={permissions} hasWorkspace={hasWorkspace} />
          <button type="button" className="text-xs text-accent hover:underline" onClick={onOpen}>
            Change
          </button>
        </p>
      )}
      {open.map(({ permission, why, verb }) => {
        const refusal = refusals[permission]
        return (
          <div
            key={permission}
            className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-waiting/50 bg-surface px-3 py-2 text-sm"
          >
            <ShieldQuestion aria-hidden="true" className="size-4 shrink-0 text-waiting" />
            <p className="min-w-0 flex-1 basis-56 break-words">
              {why} {refusal === null ? 'Agents may not do that now.' : refusal}
            </p>
            {refusal === null && (
              <Button
                size="sm"
                onClick={() =>
                  permission === 'mcp'
                    ? onOpen()
                    : edit('permissions', { ...form.permissions, [permission]: true })
                }
              >
                {verb}
              </Button>
            )}
          </div>
        )
      })}
    </div>
  )
}
