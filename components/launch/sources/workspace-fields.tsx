import { Field, Input } from '@/components/ui/form/field'
import type { Workspaces } from '@/lib/api/settings'
import { errorText, type FormProps } from '../fields/form-props'
import { Section } from '../fields/section'
import { AddSource } from './add-source'
import { FolderChoice } from './folder-choice'
import { FolderFacts } from './folder-facts'

type Props = FormProps & { workspaces: Workspaces['workspaces'] }

/** The folder that agents work on. */
export function WorkspaceFields({ form, edit, workspaces, errorOf }: Props) {
  return (
    <Section title="Folder">
      <Field
        id="workspace"
        label="Workspace folder"
        hint="Agents read this folder. They write, run and browse only what you allow."
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
      <FolderFacts path={form.workspace} />
      {workspaces.length > 0 && (
        <FolderChoice
          workspaces={workspaces}
          chosen={form.workspace}
          onChoose={(path) => edit('workspace', path)}
        />
      )}
      <AddSource onAdded={(source) => edit('workspace', source.path)} />
    </Section>
  )
}
