'use client'

import { useId, useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { CeilingFields, type Ceilings, useCeilings } from '@/components/automations/ceiling-fields'
import { Button } from '@/components/ui/actions/button'
import { Field, Select } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import type { Problem } from '@/lib/api/problem'
import type { SignatureForm } from '@/lib/core/ports/trigger-store'
import type { ArgMapping } from '@/lib/core/spec/arg-mapping'
import { type GithubWait, githubWaitSchema } from '@/lib/core/spec/github'
import { GithubFields } from './github-fields'
import { MappingFields, mappingOf, rowsOf } from './mapping-fields'

/** What the form gives, as the API takes it. */
export type TriggerSettings = Ceilings & {
  name: string
  signedAs: SignatureForm
  mapping: ArgMapping
  github: GithubWait | null
}

type Props = {
  initial: TriggerSettings
  /** The goal that is launched, below which parts of a body are quoted; null for what takes args. */
  goal: string | null
  verb: string
  problem: Problem | null
  isSending: boolean
  onSend: (settings: TriggerSettings) => void
}

/** Name, signature, args and ceilings of a trigger. */
export function TriggerForm({ initial, goal, verb, problem, isSending, onSend }: Props) {
  const id = useId()
  const [name, setName] = useState(initial.name)
  const [signedAs, setSignedAs] = useState(initial.signedAs)
  const [github, setGithub] = useState(initial.github)
  const [rows, setRows] = useState(() => rowsOf(initial.mapping))
  const state = useCeilings(initial)
  const { ceilings } = state
  const mapping = mappingOf(rows)
  const wait = signedAs === 'github' ? github : null
  const isWaitGood = wait === null || githubWaitSchema.safeParse(wait).success
  const isGood = isWaitGood && name.trim() !== '' && mapping !== null && ceilings !== null
  return (
    <form
      aria-label="Trigger"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isGood) onSend({ ...ceilings, mapping, signedAs, github: wait, name: name.trim() })
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField label="Name" autoComplete="off" value={name} onChange={setName} />
        <Field id={`${id}-form`} label="Signed by the sender as">
          {(wired) => (
            <Select
              {...wired}
              value={signedAs}
              onChange={(event) => setSignedAs(event.target.value === 'github' ? 'github' : 'standard')}
            >
              <option value="standard">Standard Webhooks says</option>
              <option value="github">GitHub does</option>
            </Select>
          )}
        </Field>
      </div>
      {signedAs === 'github' && <GithubFields wait={github} onChange={setGithub} />}
      <MappingFields goal={goal} rows={rows} onChange={setRows} />
      <CeilingFields state={state} skip="Skip this delivery" />
      {problem !== null && <ErrorNote title={problem.title} detail={problem.detail} />}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={!isGood || isSending}>
          {verb}
        </Button>
      </div>
    </form>
  )
}
