import { Field, Input, Select } from '@/components/ui/form/field'
import type { Plan } from '@/lib/api/plan'
import type { Workspaces } from '@/lib/api/settings'
import { useMoney } from '@/lib/client/hooks/money-context'
import { plural } from '@/lib/view/format/numbers'
import { namesOfNotes, priceOfNotes } from '@/lib/view/launch/estimate-words'
import { errorText, type FormProps } from './form-props'
import { Section } from './section'

type Props = FormProps & {
  workspaces: Workspaces['workspaces']
  /** What the folder says to agents, once it was read; null where it says nothing. */
  notes: Plan['workspaceNotes']
}

/** The folder agents may read, and whether they are told what it says to agents. */
export function WorkspaceFields({ form, edit, workspaces, notes, errorOf }: Props) {
  const money = useMoney()
  const known = workspaces.find((workspace) => workspace.path === form.workspace)
  return (
    <Section title="Folder">
      <Field
        id="workspace"
        label="Workspace folder"
        hint={
          known === undefined
            ? 'Agents read this folder, and nothing else: they cannot run, change or browse anything.'
            : describe(known)
        }
        error={errorText(errorOf('workspace'))}
      >
        {(wired) => (
          <>
            <Input
              {...wired}
              list="workspaces"
              className="font-mono text-xs"
              value={form.workspace}
              onChange={(event) => edit('workspace', event.target.value)}
              placeholder="/path/to/a/folder"
            />
            <datalist id="workspaces">
              {workspaces.map((workspace) => (
                <option key={workspace.path} value={workspace.path}>
                  {workspace.name}
                </option>
              ))}
            </datalist>
          </>
        )}
      </Field>
      {notes !== null && (
        <Field
          id="workspaceNotes"
          label={`Notes for agents: ${namesOfNotes(notes)}`}
          hint={money(`${priceOfNotes(notes)}. Agents get them as data, not as orders.`)}
          error={errorText(errorOf('workspaceNotes'))}
        >
          {(wired) => (
            <Select
              {...wired}
              value={form.workspaceNotes}
              onChange={(event) =>
                edit('workspaceNotes', event.target.value === 'left-out' ? 'left-out' : 'told')
              }
            >
              <option value="told">Tell every agent with files</option>
              <option value="left-out">Leave them out</option>
            </Select>
          )}
        </Field>
      )}
    </Section>
  )
}

function describe(workspace: Workspaces['workspaces'][number]): string {
  const files = workspace.files === null ? null : plural(workspace.files, 'file')
  return [workspace.name, files, workspace.isRepository ? 'git repository' : 'plain folder']
    .filter(Boolean)
    .join(' · ')
}
