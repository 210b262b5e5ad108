'use client'

import { X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, Input, TextArea } from '@/components/ui/form/field'
import { StatusIcon } from '@/components/ui/status-icon'
import { useTranscript } from '@/lib/client/queries/run-queries'
import { useAgent, useRunView } from '@/lib/client/run/use-run'
import { agentRows, noFilter } from '@/lib/view/agent/agent-rows'
import { displayStatusOf } from '@/lib/view/agent/status-display'
import type { EditFork, ForkForm } from '@/lib/view/launch/fork-form'

/** Agents offered for one search; typing more of a name finds the others. */
const MOST_OFFERED = 6

type Props = { form: ForkForm; edit: EditFork; runId: string }

/** Single agents that are asked otherwise. */
export function ForkAgents({ form, edit, runId }: Props) {
  const [text, setText] = useState('')
  const state = useRunView((view) => view.state)
  const offered =
    state === null || text.trim() === ''
      ? []
      : agentRows(state, { ...noFilter, text })
          .filter(({ id, parentId }) => parentId === null && form.prompts[id] === undefined)
          .slice(0, MOST_OFFERED)
  const set = (agentId: string, prompt: string) => edit('prompts', { ...form.prompts, [agentId]: prompt })
  const drop = (agentId: string) =>
    edit('prompts', Object.fromEntries(Object.entries(form.prompts).filter(([id]) => id !== agentId)))
  return (
    <section aria-label="Changed prompts" className="flex flex-col gap-3">
      {Object.entries(form.prompts).map(([agentId, prompt]) => (
        <AgentPrompt
          key={agentId}
          runId={runId}
          agentId={agentId}
          prompt={prompt}
          onPrompt={(typed) => set(agentId, typed)}
          onDrop={() => drop(agentId)}
        />
      ))}
      <Field id="fork-agent" label="Change one agent’s prompt">
        {(wired) => (
          <Input
            {...wired}
            autoComplete="off"
            placeholder="Find an agent by its label"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {offered.length > 0 && (
        <ul className="-mt-2 flex flex-wrap gap-1">
          {offered.map((agent) => (
            <li key={agent.id}>
              <Button
                size="sm"
                onClick={() => {
                  set(agent.id, '')
                  setText('')
                }}
              >
                <StatusIcon icon={displayStatusOf(agent)} size={12} />
                <span className="max-w-56 truncate">{agent.label}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

type PromptProps = {
  runId: string
  agentId: string
  prompt: string
  onPrompt: (prompt: string) => void
  onDrop: () => void
}

function AgentPrompt({ runId, agentId, prompt, onPrompt, onDrop }: PromptProps) {
  const agent = useAgent(agentId)
  const transcript = useTranscript(runId, agentId, 'prompt')
  const original = transcript.data?.prompt
  const label = agent?.label ?? agentId
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center gap-2">
        <label htmlFor={`fork-prompt-${agentId}`} className="min-w-0 truncate text-xs font-medium text-ink-2">
          Prompt of {label}
        </label>
        <Button
          variant="quiet"
          size="sm"
          className="ml-auto"
          onClick={onDrop}
          aria-label={`Restore the prompt of ${label}`}
        >
          <X aria-hidden="true" className="size-3.5" />
        </Button>
      </div>
      <TextArea
        id={`fork-prompt-${agentId}`}
        rows={6}
        disabled={original === undefined}
        placeholder={transcript.isError ? 'The prompt could not be fetched.' : 'Fetching the prompt…'}
        value={prompt === '' ? (original ?? '') : prompt}
        // The same prompt again would count as a second call with it, so it is no change.
        onChange={(event) => onPrompt(event.target.value === original ? '' : event.target.value)}
      />
      {prompt === '' && original !== undefined && <p className="text-xs text-ink-3">Not changed yet.</p>}
    </div>
  )
}
