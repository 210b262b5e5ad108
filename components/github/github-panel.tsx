'use client'

import { useId, useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Failed, Moment, SettingsPanel, Waiting } from '@/components/settings/settings-page'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field, Input, Select, TextArea } from '@/components/ui/form/field'
import { StatusIcon } from '@/components/ui/status-icon'
import type { GithubCheck, GithubShown } from '@/lib/api/projects/github'
import { useAccess } from '@/lib/client/queries/first/access'
import { useCheckGithub, useForgetGithub, useGithub, useSetGithub } from '@/lib/client/queries/github-queries'
import { reaches } from '@/lib/core/base/role'

/** How the project is connected to GitHub, for its admins. */
export function GithubPanel() {
  const { data } = useAccess()
  const role = data?.project?.role ?? data?.you?.role ?? 'viewer'
  return reaches(role, 'admin') ? <Connection /> : null
}

function Connection() {
  const { data, error } = useGithub()
  const forget = useForgetGithub()
  const isConnected = data !== undefined && data.kind !== null
  return (
    <SettingsPanel
      title="GitHub"
      about="Runs can start from a label or a comment, and end as a branch and a pull request with the report, a check and the findings. Token and key are kept sealed and never shown again."
    >
      <Waiting data={data} error={error} />
      {data !== undefined && <Present present={data} />}
      {isConnected && <Check />}
      {data !== undefined && <Connect key={data.setAt} isConnected={isConnected} />}
      {isConnected && (
        <div>
          <Confirm
            title="Forget the connection to GitHub?"
            verb="Forget"
            onConfirm={() => forget.mutate(null)}
            trigger={<Button variant="danger">Forget the connection</Button>}
          >
            Triggers of GitHub launch nothing any more, and what waits to be handed over fails. Revoke the
            token or the key at GitHub as well.
          </Confirm>
        </div>
      )}
      <Failed error={forget.error} />
    </SettingsPanel>
  )
}

function Present({ present: { kind, apiUrl, appId, setAt, setBy } }: { present: GithubShown }) {
  if (kind === null || setAt === null) return <p className="text-sm text-ink-2">Not connected.</p>
  return (
    <p className="text-sm text-ink-2">
      Connected by {kind === 'app' ? `the app ${appId}` : 'a token'} to <code>{apiUrl}</code>, set by {setBy}{' '}
      at <Moment at={setAt} />.
    </p>
  )
}

function Connect({ isConnected }: { isConnected: boolean }) {
  const id = useId()
  const [kind, setKind] = useState<'token' | 'app'>('token')
  const [token, setToken] = useState('')
  const [appId, setAppId] = useState('')
  const [privateKey, setPrivateKey] = useState('')
  const [apiUrl, setApiUrl] = useState('')
  const set = useSetGithub()
  const isWhole = kind === 'token' ? token.trim() !== '' : appId.trim() !== '' && privateKey.trim() !== ''
  const at = apiUrl.trim() === '' ? {} : { apiUrl: apiUrl.trim() }
  return (
    <form
      aria-label="Connect to GitHub"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (kind === 'token') set.mutate({ kind, token: token.trim(), ...at })
        else set.mutate({ kind, appId: appId.trim(), privateKey: privateKey.trim(), ...at })
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field id={`${id}-kind`} label={isConnected ? 'Connect otherwise, by' : 'Connect by'}>
          {(wired) => (
            <Select
              {...wired}
              value={kind}
              onChange={(event) => setKind(event.target.value === 'app' ? 'app' : 'token')}
            >
              <option value="token">A token</option>
              <option value="app">A GitHub App</option>
            </Select>
          )}
        </Field>
        <Field
          id={`${id}-api`}
          label="Address of the API"
          hint="For a GitHub Enterprise Server, such as https://github.example.com/api/v3"
        >
          {(wired) => (
            <Input
              {...wired}
              autoComplete="off"
              spellCheck={false}
              placeholder="https://api.github.com"
              value={apiUrl}
              onChange={(event) => setApiUrl(event.target.value)}
            />
          )}
        </Field>
      </div>
      {kind === 'token' ? (
        <TextField label="Token" type="password" autoComplete="off" value={token} onChange={setToken} />
      ) : (
        <>
          <TextField label="App id" autoComplete="off" value={appId} onChange={setAppId} />
          <Field
            id={`${id}-key`}
            label="Private key"
            hint="The file that GitHub gave, with its first and last line."
          >
            {(wired) => (
              <TextArea
                {...wired}
                autoComplete="off"
                spellCheck={false}
                rows={4}
                className="font-mono text-xs"
                value={privateKey}
                onChange={(event) => setPrivateKey(event.target.value)}
              />
            )}
          </Field>
        </>
      )}
      <div>
        <Button type="submit" variant="primary" disabled={!isWhole || set.isPending}>
          Connect
        </Button>
      </div>
      <Failed error={set.error} />
    </form>
  )
}

function Check() {
  const [repository, setRepository] = useState('')
  const check = useCheckGithub()
  return (
    <form
      aria-label="Check the connection"
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        check.mutate(repository.trim())
      }}
    >
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          label="In a repository (owner/name)"
          autoComplete="off"
          className="w-80"
          value={repository}
          onChange={setRepository}
        />
        <Button type="submit" disabled={check.isPending}>
          {check.isPending ? 'Checking…' : 'Check'}
        </Button>
      </div>
      {check.data !== undefined && <Checked checked={check.data} />}
      <Failed error={check.error} />
    </form>
  )
}

function Checked({ checked: { who, may, problem, requestsLeft } }: { checked: GithubCheck }) {
  return (
    <div role="status" className="flex flex-col gap-1 text-sm">
      {who !== null && (
        <p>
          GitHub knows it as <strong>{who}</strong>
          {requestsLeft !== null && `, with ${requestsLeft.toLocaleString('en')} requests left this hour`}.
        </p>
      )}
      <ul className="flex flex-col gap-1">
        {may.map(({ what, isAllowed, why }) => (
          <li key={what} className="flex flex-wrap items-center gap-2">
            <StatusIcon icon={isAllowed ? 'succeeded' : 'failed'} />
            <span>
              {isAllowed ? 'It may' : 'It may not'} {what}.{why !== null && ` ${why}`}
            </span>
          </li>
        ))}
      </ul>
      {problem !== null && (
        <p className="flex items-center gap-2 text-failed">
          <StatusIcon icon="failed" />
          {problem}
        </p>
      )}
    </div>
  )
}
