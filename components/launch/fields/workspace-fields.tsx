import { Field, Input } from '@/components/ui/form/field'
import type { Workspaces } from '@/lib/api/settings'
import { plural } from '@/lib/view/format/numbers'
import { AddSource } from './add-source'
import { errorText, type FormProps } from './form-props'
import { Section } from './section'

type Props = FormProps & { workspaces: Workspaces['workspaces'] }

/** The folder that agents work on. */
export function WorkspaceFields({ form, edit, workspaces, errorOf }: Props) {
  const known = workspaces.find((workspace) => workspace.path === form.workspace)
  return (
    <Section title="Folder">
      <Field
        id="workspace"
        label="Workspace folder"
        hint={
          known === undefined
            ? 'Agents read this folder. They write, run and browse only what you allow.'
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
      <AddSource onAdded={(source) => edit('workspace', source.path)} />
    </Section>
  )
}

function describe(workspace: Workspaces['workspaces'][number]): string {
  const files = workspace.files === null ? null : plural(workspace.files, 'file')
  return [workspace.name, files, workspace.isRepository ? 'git repository' : 'plain folder']
    .filter(Boolean)
    .join(' · ')
}
