'use client'

import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, Input, Select } from '@/components/ui/form/field'
import type { Settings } from '@/lib/api/settings'
import { useAccess } from '@/lib/client/queries/first/access'
import { useSettings, useSettingsPatch } from '@/lib/client/queries/server-queries'
import { defaultProjectName } from '@/lib/core/base/project'
import { Failed, SettingsPanel, Waiting } from '../settings-page'

/** What runs of the project may be permitted, and what their launches begin with. */
export function PermissionsPanel() {
  const { data, error } = useSettings()
  const project = useAccess().data?.project?.name ?? defaultProjectName
  const isDefault = project === defaultProjectName
  return (
    <SettingsPanel
      title="What agents may do"
      about={`Of the project ${project}. What is off on the left can be permitted to no run, neither at its launch nor by an answer${
        isDefault ? ', in any project' : '; what is off in Default is off here too'
      }. What is on at the right is permitted to every launch that does not say otherwise, and whoever may launch may launch with it. Runs that were launched before go on as they were.`}
    >
      <Waiting data={data} error={error} />
      {data !== undefined && (
        <Choice key={JSON.stringify([data.ownPermissionBounds, data.initialPermissions])} settings={data} />
      )}
    </SettingsPanel>
  )
}

const rows = [
  { permission: 'write', label: 'Write files', hint: 'On copies; a folder changes only by Apply.' },
  { permission: 'shell', label: 'Run commands', hint: 'In a sandbox, on copies of the files.' },
  { permission: 'web', label: 'Use the web', hint: 'Search it and read its pages.' },
] as const

function Choice({ settings }: { settings: Settings }) {
  const { sandbox, permissionBounds, ownPermissionBounds: own } = settings
  // What Default takes away is shown as off, and stays as the project has it.
  const isTaken = (permission: 'write' | 'shell' | 'web' | 'mcp') =>
    own[permission] && !permissionBounds[permission]
  const [bounds, setBounds] = useState(own)
  const [initial, setInitial] = useState(settings.initialPermissions)
  const [only, setOnly] = useState(own.hosts?.join(', ') ?? '')
  const [hosts, setHosts] = useState(settings.initialPermissions.hosts.join(', '))
  const save = useSettingsPatch()
  return (
    <form
      aria-label="What agents may do"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({
          permissionBounds: { ...bounds, hosts: only.trim() === '' ? null : namesIn(only) },
          initialPermissions: { ...initial, hosts: initial.shell ? namesIn(hosts) : [] },
        })
      }}
    >
      <ul className="flex flex-col divide-y divide-line">
        {rows.map(({ permission, label, hint }) => (
          <Row
            key={permission}
            label={label}
            hint={permission === 'shell' ? (sandbox.reason ?? sandbox.note ?? hint) : hint}
          >
            <Switch
              label="May be permitted"
              of={label}
              isOn={bounds[permission] && !isTaken(permission)}
              isFixed={isTaken(permission)}
              onChange={(isOn) => {
                setBounds({ ...bounds, [permission]: isOn })
                if (!isOn) setInitial({ ...initial, [permission]: false })
              }}
            />
            <Switch
              label="On at launch"
              of={label}
              isOn={initial[permission]}
              isFixed={!bounds[permission] || isTaken(permission)}
              onChange={(isOn) => setInitial({ ...initial, [permission]: isOn })}
            />
          </Row>
        ))}
        <Row label="Call MCP servers" hint="Each launch names the servers that its agents may call.">
          <Switch
            label="May be permitted"
            of="Call MCP servers"
            isOn={bounds.mcp && !isTaken('mcp')}
            isFixed={isTaken('mcp')}
            onChange={(mcp) => setBounds({ ...bounds, mcp })}
          />
          {/* Keeps the column of those above: servers are named by each launch. */}
          <span className="hidden w-36 sm:block" />
        </Row>
      </ul>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          id="hosts-that-may"
          label="Only these hosts may be reached by commands"
          hint="Empty: any that a launch names. *.example.com stands for all below it."
        >
          {(wired) => (
            <Input
              {...wired}
              autoComplete="off"
              spellCheck={false}
              placeholder="api.example.org, *.example.com"
              value={only}
              onChange={(event) => setOnly(event.target.value)}
            />
          )}
        </Field>
        <Field
          id="hosts-at-launch"
          label="Hosts that commands reach at launch"
          hint="Empty: none, unless a launch names some."
        >
          {(wired) => (
            <Input
              {...wired}
              autoComplete="off"
              spellCheck={false}
              disabled={!initial.shell}
              placeholder="api.example.org"
              value={hosts}
              onChange={(event) => setHosts(event.target.value)}
            />
          )}
        </Field>
        <Field id="beyond-at-launch" label="When an agent needs more than its launch permits">
          {(wired) => (
            <Select
              {...wired}
              value={initial.whenNotPermitted}
              onChange={(event) =>
                setInitial({ ...initial, whenNotPermitted: event.target.value === 'ask' ? 'ask' : 'refuse' })
              }
            >
              <option value="refuse">Refuse it</option>
              <option value="ask">Ask whoever watches</option>
            </Select>
          )}
        </Field>
      </div>
      <div>
        <Button type="submit" variant="primary" disabled={save.isPending}>
          Save
        </Button>
      </div>
      {save.isSuccess && (
        <p role="status" className="text-sm text-ink-2">
          Saved. It holds for launches from now on.
        </p>
      )}
      <Failed error={save.error} />
    </form>
  )
}

function Row({ label, hint, children }: { label: string; hint: string; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1.5 py-2">
      <div className="min-w-0 flex-1 basis-56">
        <p className="text-sm">{label}</p>
        <p className="text-xs text-ink-3">{hint}</p>
      </div>
      {children}
    </li>
  )
}

function Switch({
  label,
  of,
  isOn,
  isFixed = false,
  onChange,
}: {
  label: string
  /** What it is about, for those who hear the label alone. */
  of: string
  isOn: boolean
  isFixed?: boolean
  onChange: (isOn: boolean) => void
}) {
  return (
    <label className="flex w-36 items-center gap-2 text-sm">
      <input
        type="checkbox"
        aria-label={`${of}: ${label.toLowerCase()}`}
        checked={isOn}
        disabled={isFixed}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  )
}

function namesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((name) => name !== ''))]
}
