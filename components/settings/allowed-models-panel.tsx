'use client'

import { useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import type { Settings } from '@/lib/api/settings'
import { useAccess } from '@/lib/client/queries/first/access'
import { useSettings, useSettingsPatch } from '@/lib/client/queries/server-queries'
import { defaultProjectName } from '@/lib/core/base/project'
import { modelName } from '@/lib/view/format/model-name'
import { Failed, SettingsPanel, Waiting } from './settings-page'

/** Which models may be launched in the project. */
export function AllowedModelsPanel() {
  const { data, error } = useSettings()
  const project = useAccess().data?.project?.name ?? defaultProjectName
  return (
    <SettingsPanel
      title="Allowed models"
      about={`Of the project ${project}. A launch that names another is refused with the list; scripts, plans and agents that lead others choose among these. What was launched before goes on as it was.`}
    >
      <Waiting data={data} error={error} />
      {data !== undefined && <Choice key={JSON.stringify(data.allowedModels)} settings={data} />}
    </SettingsPanel>
  )
}

function Choice({ settings }: { settings: Settings }) {
  const { models, allowedModels, defaultModel } = settings
  const known = models.map(({ id }) => id)
  const [chosen, setChosen] = useState<readonly string[]>(allowedModels ?? known)
  const [other, setOther] = useState('')
  const save = useSettingsPatch()
  const offered = [...new Set([...known, ...chosen])]
  const toggle = (model: string) =>
    setChosen(chosen.includes(model) ? chosen.filter((one) => one !== model) : [...chosen, model])
  return (
    <form
      aria-label="Allowed models"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ allowedModels: [...chosen] })
      }}
    >
      {allowedModels === null && <p className="text-sm text-ink-2">Every model is allowed.</p>}
      <ul className="grid gap-1.5 sm:grid-cols-2 lg:grid-cols-3">
        {offered.map((model) => (
          <li key={model}>
            <label className="flex min-w-0 items-center gap-2 text-sm">
              <input
                type="checkbox"
                checked={chosen.includes(model)}
                disabled={model === defaultModel && chosen.includes(model)}
                onChange={() => toggle(model)}
              />
              <span className="min-w-0 break-words">
                {modelName(model)}
                {model === defaultModel && <span className="text-ink-3"> (default)</span>}
              </span>
            </label>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-end gap-2">
        <TextField label="Another model" autoComplete="off" value={other} onChange={setOther} />
        <Button
          disabled={other.trim() === ''}
          onClick={() => {
            setChosen([...new Set([...chosen, other.trim()])])
            setOther('')
          }}
        >
          Add
        </Button>
        <Button type="submit" variant="primary" disabled={chosen.length === 0 || save.isPending}>
          Allow only these
        </Button>
        {allowedModels !== null && (
          <Button disabled={save.isPending} onClick={() => save.mutate({ allowedModels: null })}>
            Allow every model
          </Button>
        )}
      </div>
      <Failed error={save.error} />
    </form>
  )
}
