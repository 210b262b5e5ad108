'use client'

import { useId } from 'react'
import { TextField } from '@/components/account/text-field'
import { Field, Select } from '@/components/ui/form/field'
import { type GithubEvent, type GithubWait, githubEvents } from '@/lib/core/spec/github'
import { githubEventWords, waitProblem } from '@/lib/view/workflows/github-words'

type Props = { wait: GithubWait | null; onChange: (wait: GithubWait | null) => void }

const first: GithubWait = { repository: '', event: 'issue-labeled', word: '', answers: true, handsOver: true }

/** What a trigger waits for at GitHub: any signed delivery, or a label or command in one repository. */
export function GithubFields({ wait, onChange }: Props) {
  const id = useId()
  const eventOf = (value: string) => githubEvents.find((one) => one === value)
  const problem = wait === null ? null : waitProblem(wait)
  const choose = (event: GithubEvent | undefined) =>
    onChange(event === undefined ? null : { ...(wait ?? first), event })
  return (
    <fieldset className="flex flex-col gap-3">
      <Field id={`${id}-event`} label="Launch on">
        {(wired) => (
          <Select
            {...wired}
            value={wait?.event ?? 'any'}
            onChange={(event) => choose(eventOf(event.target.value))}
          >
            <option value="any">Every delivery</option>
            {githubEvents.map((event) => (
              <option key={event} value={event}>
                {githubEventWords[event]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {wait !== null && (
        <>
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Repository (owner/name)"
              autoComplete="off"
              value={wait.repository}
              onChange={(repository) => onChange({ ...wait, repository })}
            />
            <TextField
              label={wait.event === 'comment' ? 'Command, such as /skein audit' : 'Name of the label'}
              autoComplete="off"
              value={wait.word}
              onChange={(word) => onChange({ ...wait, word })}
            />
          </div>
          {problem !== null && <p className="text-xs text-failed">{problem}</p>}
          <Tick
            isOn={wait.answers}
            onChange={(answers) => onChange({ ...wait, answers })}
            label="Answer there with a comment that links to the run"
          />
          <Tick
            isOn={wait.handsOver}
            onChange={(handsOver) => onChange({ ...wait, handsOver })}
            label="Hand over what it leaves: branch, pull request, check, findings"
          />
          <p className="text-xs text-ink-2">
            Its runs work on the repository, in place of the folder of the launch. Only people with write
            access launch it, and pull requests from forks launch nothing.
          </p>
        </>
      )}
    </fieldset>
  )
}

function Tick({
  isOn,
  onChange,
  label,
}: {
  isOn: boolean
  onChange: (isOn: boolean) => void
  label: string
}) {
  return (
    <label className="flex items-center gap-2 text-sm">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  )
}
