import { Field, Select } from '@/components/ui/form/field'
import type { Plan } from '@/lib/api/plan'
import { useMoney } from '@/lib/client/hooks/money-context'
import { namesOfNotes, priceOfNotes } from '@/lib/view/plan/estimate-words'
import { errorText, type FormProps } from './form-props'

/** Whether agents are told what the folder says to agents. */
export function NotesField({
  form,
  edit,
  errorOf,
  notes,
}: FormProps & { notes: NonNullable<Plan['workspaceNotes']> }) {
  const money = useMoney()
  return (
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
  )
}
