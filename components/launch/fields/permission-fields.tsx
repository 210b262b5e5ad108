import type { ReactNode } from 'react'
import { Field, Input, Select } from '@/components/ui/form/field'
import type { PermissionForm } from '@/lib/view/permissions/permission-form'
import type { PermissionRefusals } from '@/lib/view/permissions/permission-refusals'
import { errorText, type FormProps } from './form-props'
import { McpField } from './mcp-field'
import { Section } from './section'

type Props = FormProps & {
  refusals: PermissionRefusals
  /** What the sandbox of this machine does not hold that it usually does. */
  shellNote?: string | null | undefined
}

/** What agents may do beside reading: the least unless somebody allows more. */
export function PermissionFields({ form, edit, errorOf, refusals, shellNote }: Props) {
  const { permissions, workspace } = form
  const error = errorText(errorOf('permissions'))
  const hasWorkspace = workspace.trim() !== ''
  const hasShell = refusals.shell === null
  const set = (change: Partial<PermissionForm>) => edit('permissions', { ...permissions, ...change })
  return (
    <Section title="What agents may do" hint="Agents get no more than this, whatever a script asks for.">
      <div className="flex flex-col gap-2.5">
        {hasWorkspace && (
          <>
            <Choice id="may-read" label="Read files of the folder" isOn isFixed />
            <Choice
              id="may-write"
              label="Write files"
              hint={
                refusals.write ??
                'Agents work on copies. Your folder changes only when you press Apply on the run’s page.'
              }
              isOn={permissions.write}
              isFixed={refusals.write !== null && !permissions.write}
              onChange={(write) => set({ write })}
            />
            <Choice
              id="may-shell"
              label="Run commands"
              hint={refusals.shell ?? shellNote ?? 'In a sandbox, on copies of the files, without a network.'}
              isOn={permissions.shell && hasShell}
              isFixed={!hasShell}
              onChange={(shell) => set({ shell })}
            >
              {permissions.shell && hasShell && (
                <Field
                  id="permissions"
                  label="Hosts that commands may reach"
                  hint="Empty: none. *.example.com stands for all below it."
                  error={error}
                  className="mt-1.5"
                >
                  {(wired) => (
                    <Input
                      {...wired}
                      autoComplete="off"
                      spellCheck={false}
                      placeholder="api.example.org, *.example.com"
                      value={permissions.hosts}
                      onChange={(event) => set({ hosts: event.target.value })}
                    />
                  )}
                </Field>
              )}
            </Choice>
          </>
        )}
        <Choice
          id="may-web"
          label="Search the web and read its pages"
          hint={refusals.web ?? 'Pages are data to agents, never orders; searches are billed.'}
          isOn={permissions.web}
          isFixed={refusals.web !== null && !permissions.web}
          onChange={(web) => set({ web })}
        />
        {(refusals.mcp === null || permissions.mcp.length > 0) && (
          <McpField value={permissions.mcp} onChange={(mcp) => set({ mcp })} workspace={workspace} />
        )}
        {hasWorkspace && (
          <Field
            id="when-not-permitted"
            label="When an agent needs more"
            hint="Asked, it waits: the question stands on the run’s page, and its answer holds for the whole run."
          >
            {(wired) => (
              <Select
                {...wired}
                value={permissions.beyond}
                onChange={(event) => set({ beyond: event.target.value === 'ask' ? 'ask' : 'refuse' })}
              >
                <option value="refuse">Refuse it</option>
                <option value="ask">Ask me</option>
              </Select>
            )}
          </Field>
        )}
        {error !== undefined && !(permissions.shell && hasShell) && (
          <p role="alert" className="text-xs text-failed">
            {error}
          </p>
        )}
      </div>
    </Section>
  )
}

type ChoiceProps = {
  id: string
  label: string
  hint?: string
  isOn: boolean
  /** It cannot be changed. */
  isFixed?: boolean
  onChange?: (isOn: boolean) => void
  children?: ReactNode
}

function Choice({ id, label, hint, isOn, isFixed = false, onChange, children }: ChoiceProps) {
  return (
    <div className="flex items-start gap-2.5">
      <input
        type="checkbox"
        id={id}
        checked={isOn}
        disabled={isFixed}
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange?.(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-[var(--color-accent-fill)]"
      />
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="text-sm">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-note`} className="text-xs text-ink-3">
            {hint}
          </p>
        )}
        {children}
      </div>
    </div>
  )
}
